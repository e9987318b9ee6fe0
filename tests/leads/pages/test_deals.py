"""Deals by hand: opened, won, lost with a reason, opened again; the lead's stage follows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.test import Client

from alignment.people.models import User
from leads.deals.models import Deal
from leads.records.models import Lead
from tests.leads.pages.reading import text_of, undo_of
from tests.world import Cast, a_deal, a_lead, day, held_by

Browse = Callable[[User], Client]


def stage_of(lead: Lead) -> str | None:
    return Lead.objects.get(pk=lead.pk).stage_id


def test_a_deal_is_opened_won_and_opened_again(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", company="Ferrous Ltd")
    browser = browse(people.salesperson)
    assert "The deal is open." in text_of(
        browser.post(f"/leads/{lead.pk}/deals/", {"amount": "1250.50", "currency": "eur"}, follow=True)
    )
    deal = Deal.objects.get()
    assert (deal.lead, deal.company, deal.owner, deal.amount, deal.currency, deal.status) == (
        lead, lead.company, people.salesperson, Decimal("1250.50"), "EUR", "open",
    )  # fmt: skip
    assert stage_of(lead) == "opportunity"
    won = browser.post(f"/leads/{lead.pk}/deals/{deal.pk}/close/", {"status": "won"}, follow=True)
    assert stage_of(lead) == "won"
    browser.post(undo_of(won))
    deal.refresh_from_db()
    assert (deal.status, deal.closed_at, stage_of(lead)) == ("open", None, "opportunity")


def test_who_loses_a_deal_says_why_and_may_say_it_later(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    deal = a_deal(lead, status="lost", opened_at=day(5), closed_at=day(9))
    browser = browse(people.salesperson)
    close = f"/leads/{lead.pk}/deals/{deal.pk}/close/"
    assert "Why it was lost: Say in a few words why" in text_of(browser.post(close, {"status": "lost"}, follow=True))
    browser.post(close, {"status": "lost", "lost_reason": "too dear", "closed_at": day(9).isoformat()})
    deal.refresh_from_db()
    assert (deal.lost_reason, deal.closed_at, stage_of(lead)) == ("too dear", day(9), "lost")


def test_a_wrong_amount_opens_nothing(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browser = browse(people.salesperson)
    for given in (
        {"amount": "much", "currency": "EUR"},
        {"amount": "-1", "currency": "EUR"},
        {"amount": "1", "currency": "€"},
    ):
        browser.post(f"/leads/{lead.pk}/deals/", given)
    assert not Deal.objects.exists()


def test_a_deal_belongs_to_its_lead_and_to_those_who_see_it(people: Cast, browse: Browse) -> None:
    lead, other = a_lead("1"), a_lead("2")
    held_by(other, people.partner)
    deal = a_deal(lead, opened_at=day(5))
    assert (
        browse(people.salesperson).post(f"/leads/{other.pk}/deals/{deal.pk}/close/", {"status": "won"}).status_code
        == 404
    )
    partner = browse(people.partner)
    assert partner.post(f"/leads/{lead.pk}/deals/{deal.pk}/close/", {"status": "won"}).status_code == 404
    assert partner.post(f"/leads/{other.pk}/deals/", {"amount": "10", "currency": "EUR"}).status_code == 302
    assert browse(people.manager).post(f"/leads/{lead.pk}/deals/", {"currency": "EUR"}).status_code == 403
    assert Deal.objects.get(lead=other).owner == people.partner

"""Do credits follow whatever changes them: touches, people who move, amounts, rates, tests, terms?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from alignment.programs.models import Rate
from kpis.attribution import keeping
from kpis.attribution.models import Credit, CreditDue
from kpis.recompute import drain
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from kpis.verify.run import verify
from leads.models import Company, Deal, Lead
from tests.kpis.agreeing import agreed
from tests.world import NOW, a_deal, a_lead, cast, day, did

YEAR = {"start": ["2024-01-01"], "end": ["2025-01-01"]}

pytestmark = pytest.mark.django_db(transaction=True)


def credited(deal: Deal, model: str = "linear") -> list[tuple[str | None, int | None]]:
    """Channel and amount of each touch in order."""
    keeping.work_off(now=NOW)
    return list(
        Credit.objects.filter(deal_id=deal.pk, basis=0).order_by("place").values_list("channel", f"amount_{model}")
    )


def move(lead: Lead, company: Company | None, at_day: float) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('alignment.moment', %s, true)", [day(at_day).isoformat()])
        Lead.objects.filter(pk=lead.pk).update(company=company)


def test_touches_stay_with_the_company_that_the_person_was_of() -> None:
    cast()
    lead, other = a_lead("1", company="Acme"), a_lead("2", company="Rival")
    acme, rival = lead.company, other.company
    did(lead, "form", 5, channel="then")
    did(lead, "form", 15, channel="now")
    of_acme = a_deal(lead, amount="10", status="won", opened_at=day(30), closed_at=day(30))
    of_rival = a_deal(other, amount="10", status="won", opened_at=day(30), closed_at=day(30))
    drain()
    assert (credited(of_acme), credited(of_rival)) == ([("then", 500), ("now", 500)], [(None, 1000)])
    move(lead, rival, 10)
    assert (credited(of_acme), credited(of_rival)) == ([("then", 1000)], [("now", 1000)])
    move(lead, acme, 20)
    assert (credited(of_acme), credited(of_rival)) == ([("then", 1000)], [("now", 1000)])
    assert verify().differences == 0


def test_a_company_that_is_learnt_later_was_theirs_all_along() -> None:
    cast()
    lead, company = a_lead("1"), Company.objects.create(name="Acme", normal_name="acme")
    did(lead, "form", 5, channel="mail")
    deal = a_deal(None, amount="10", status="won", closed_at=day(30), system="s", external_id="d")
    Deal.objects.filter(pk=deal.pk).update(company=company)
    drain()
    assert credited(deal) == [(None, 1000)]
    move(lead, company, 20)
    assert credited(deal) == [("mail", 1000)]


def test_the_window_is_half_open_and_ends_before_the_anchor() -> None:
    cast()
    lead = a_lead("1")
    for days, channel in ((9.999, "too early"), (10, "first"), (99.999, "last"), (100, "too late")):
        did(lead, "form", days, channel=channel)
    deal = a_deal(lead, amount="10", status="won", opened_at=day(100), closed_at=day(120))
    drain()
    assert [channel for channel, _amount in credited(deal)] == ["first", "last"]


def test_page_views_less_than_half_an_hour_apart_are_one_visit() -> None:
    cast()
    lead = a_lead("1")
    for minutes in (0, 20, 40, 69.99, 100, 130):
        did(lead, "page_view", 1 + minutes / 1440, channel=f"{minutes}")
    did(lead, "form", 1 + 10 / 1440, channel="form")
    deal = a_deal(lead, amount="10", status="won", opened_at=day(20), closed_at=day(30))
    drain()
    assert [channel for channel, _amount in credited(deal)] == ["0", "form", "100", "130"]


def test_whatever_changes_a_deal_credits_it_anew() -> None:
    cast()
    lead = a_lead("1")
    deal = a_deal(lead, amount="10", currency="USD", status="won", opened_at=day(20), closed_at=day(30))
    drain()
    assert credited(deal) == [(None, None)]
    Rate.objects.create(date=day(0).date(), currency="USD", rate="0.5")
    assert credited(deal) == [(None, 500)]
    did(lead, "form", 1, channel="mail")
    drain()
    assert credited(deal) == [("mail", 500)]
    Deal.objects.filter(pk=deal.pk).update(amount="20.01")
    assert credited(deal) == [("mail", 1000)]
    Deal.objects.filter(pk=deal.pk).update(status="open", closed_at=None, opened_at=None)
    assert credited(deal) == []
    Lead.objects.filter(pk=lead.pk).update(is_test=True)
    Deal.objects.filter(pk=deal.pk).update(status="won", closed_at=day(30))
    assert credited(deal) == []
    assert CreditDue.objects.count() == 0


def test_two_days_with_two_rates_keep_both_amounts() -> None:
    cast()
    lead = a_lead("1")
    did(lead, "form", 1, channel="mail")
    Rate.objects.bulk_create(
        Rate(date=day(n).date(), currency="USD", rate=rate) for n, rate in ((0, "0.5"), (25, "0.6"))
    )
    deal = a_deal(lead, amount="10", currency="USD", status="won", opened_at=day(20), closed_at=day(30))
    drain()
    rows = (
        Credit.objects.filter(deal_id=deal.pk)
        .order_by("id")
        .values_list("basis", "won_at", "opened_at", "amount_first")
    )
    assert list(rows) == [(0, day(30), None, 600), (1, None, day(20), 500)]


def test_a_new_version_credits_everything_anew_and_the_past_is_asked_by_the_old() -> None:
    people = cast()
    lead = a_lead("1")
    did(lead, "form", 1, channel="early")
    did(lead, "form", 15, channel="late")
    deal = a_deal(lead, amount="10", status="won", opened_at=day(20), closed_at=day(30))
    drain()
    assert credited(deal) == [("early", 500), ("late", 500)]
    version = agreed(people, "attribution", {"look_back_days": 10}, at=NOW)
    drain()
    assert credited(deal) == [("late", 1000)]
    assert verify().differences == 0
    now, before = (
        REPORTS["attribution"].run(read_params({**YEAR, "as_of": [at.isoformat()]}, now=NOW + timedelta(days=9)), None)
        for at in (NOW + timedelta(days=1), NOW - timedelta(seconds=1))
    )
    assert [group["group"]["channel"] for group in now["groups"]] == ["late"]
    assert [group["group"]["channel"] for group in before["groups"]] == ["early", "late"]
    assert (now["attribution_version"], before["attribution_version"]) == (version.number, None)


def test_running_again_changes_nothing() -> None:
    cast()
    lead = a_lead("1")
    did(lead, "form", 1, channel="mail")
    a_deal(lead, amount="10", status="won", opened_at=day(20), closed_at=day(30))
    drain()
    assert keeping.rebuild(now=NOW) == 0
    CreditDue.objects.create(deal_id=Deal.objects.get().pk)
    assert keeping.work_off(now=NOW) == 0

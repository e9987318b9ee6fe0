"""A win shows both sides' part: what marketing did before the deal was opened, what sales did until it was won."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from alignment.people.models import User
from alignment.programs.models import Campaign
from kpis.attribution.keeping import work_off
from kpis.money.wins import won_together
from kpis.recompute import recompute_touched
from leads.models import Deal, Lead
from tests.clocks import present_is
from tests.world import NOW, Cast, a_deal, a_lead, day, did


@pytest.fixture
def deal(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Deal:
    present_is(NOW, monkeypatch)
    Campaign.objects.create(name="Fair")
    lead = a_lead("one", created_at=day(0), first_name="Ada", last_name="Win")
    did(lead, "form", 1, campaign="Fair")
    did(lead, "webinar", 4)
    for at in (6, 7):
        did(lead, "call", at)
    did(lead, "meeting", 8)
    did(lead, "call", 30)
    made = a_deal(
        lead, amount="100", status="won", opened_at=day(10), closed_at=day(20), external_id="Big one", system="t"
    )
    recompute_touched(now=NOW)
    work_off(now=NOW)
    return made


def test_both_sides_stand_in_it_with_what_they_did_until_the_win(deal: Deal) -> None:
    [win] = won_together([deal], None, now=NOW)
    assert [(touch.what, touch.campaign, touch.share) for touch in win.touches] == [
        ("Form", "Fair", 0.5),
        ("Webinar", None, 0.5),
    ]
    assert list(win.done) == [("Call", 2), ("Meeting", 1)]


def test_the_page_of_the_lead_tells_it(people: Cast, deal: Deal, signed_in: Callable[[User], Client]) -> None:
    text = signed_in(people.salesperson).get(f"/leads/{deal.lead_id}/").content.decode()
    assert "Won together" in text
    assert "2 touches before it was opened: it began with form (Fair)" in text
    assert "Call 2, Meeting 1." in text


def test_open_and_lost_deals_are_no_wins(deal: Deal) -> None:
    Deal.objects.update(status="lost")
    assert won_together(list(Deal.objects.all()), None, now=NOW) == []


def test_nothing_known_is_said(
    people: Cast, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    lead: Lead = a_lead("two", created_at=day(0))
    a_deal(lead, status="won", opened_at=day(1), closed_at=day(2), external_id="x", system="t")
    text = signed_in(people.marketer).get(f"/leads/{lead.pk}/").content.decode()
    assert "No touch before it was opened is known." in text
    assert "No call, meeting or handoff is logged" in text

"""A lead's page tells who had it, for how long, and why it changed hands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpis.holding import Holding, holdings_of
from leads.handoffs.deciding import accept
from leads.handoffs.returning import give_back
from leads.lifecycle.changes import NewChange, record_changes, void_changes
from leads.models import Lead, StageChange
from tests.clocks import present_is
from tests.kpis.pages.test_lists_behind_figures import read, signed_in
from tests.leads.handoffs.handing import agreed, an_mql, offered
from tests.world import Cast, a_lead, cast, day, held_by

pytestmark = pytest.mark.django_db

NOW = day(10)


@pytest.fixture
def people() -> Cast:
    return cast()


def to_and_fro(people: Cast) -> Lead:
    """Marketing for two days, sales for three, then given back to marketing and nobody in particular."""
    rule = agreed(people, expire_after=None)
    lead = an_mql("ada", owner=people.marketer)
    taken = accept(offered(lead, rule, people.salesperson, when=day(1)).pk, by=people.salesperson, now=day(2))
    give_back(taken.pk, by=people.salesperson, reason="not-now", note=None, now=day(5))
    return lead


def told(holdings: list[Holding]) -> list[tuple[str, str | None, float, str, bool]]:
    return [(one.who, one.team, one.seconds / 86_400, one.why, one.back) for one in holdings]


def test_who_had_it_how_long_and_why(people: Cast) -> None:
    assert told(holdings_of(to_and_fro(people), people.marketer, NOW)) == [
        ("Marketer", "Marketing", 2.0, "", False),
        ("Salesperson", "Sales", 3.0, "handoff “MQL to sales” accepted by Salesperson", False),
        ("nobody", "Marketing", 5.0, "given back: Not now", False),
    ]


def test_back_and_forth_is_marked_and_the_same_one_again_is_one(people: Cast) -> None:
    lead = a_lead("1", owner=people.marketer)
    for number, holder in enumerate((people.salesperson, people.salesperson, people.marketer), start=1):
        held_by(lead, holder, day(number))
    holdings = holdings_of(lead, people.manager, NOW)
    assert [(one.who, one.back) for one in holdings] == [
        ("Marketer", False),
        ("Salesperson", False),
        ("Marketer", True),
    ]
    assert [(one.offset, one.width) for one in holdings] == [(0, 100), (100, 200), (300, 700)]


def test_a_row_taken_back_holds_nobody(people: Cast) -> None:
    lead = a_lead("1", owner=people.marketer)
    record_changes([NewChange(lead.pk, "sal", day(3), "manual", owner_id=people.salesperson.pk)], recorded_at=day(3))
    assert len(holdings_of(lead, people.manager, NOW)) == 2
    void_changes([StageChange.objects.latest("id").pk], reason="a mistake", now=day(4))
    assert len(holdings_of(lead, people.manager, NOW)) == 1
    assert holdings_of(a_lead("2"), people.manager, NOW) == []


def test_the_page_shows_it_and_to_a_partner_no_other_handoffs(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    lead = to_and_fro(people)
    html = read(signed_in(people.marketer), f"/leads/{lead.pk}/")
    assert "Who had this lead" in html
    assert "given back: Not now" in html
    held_by(lead, people.partner, NOW - timedelta(hours=1))
    whys = [one.why for one in holdings_of(lead, people.partner, NOW)]
    assert not any("Not now" in why or "accepted" in why for why in whys)
    quiet = a_lead("quiet", owner=people.marketer)
    assert 'id="trail-here"' not in read(signed_in(people.marketer), f"/leads/{quiet.pk}/")

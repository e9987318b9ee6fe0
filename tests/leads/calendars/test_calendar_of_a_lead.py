"""By whose calendar is a lead judged? Of who held it at that moment, if they are of the side that should act."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from alignment.people.models import PersonChange, Team, User
from leads.lifecycle.changes import NewValue, record_values
from leads.models import Lead
from tests import world
from tests.leads.calendars.working import laid_in, nine_to_five
from tests.world import NOW, Cast, a_lead, day, held_by


@pytest.fixture
def people(db: None) -> Cast:
    return world.cast()


@pytest.fixture
def calendars(people: Cast) -> dict[str, int]:
    """Everybody has one: marketing and sales, the sales team, the partners' team, the salesperson, the marketer."""
    keys = {
        "marketing": "side:marketing", "sales": "side:sales", "sales team": f"team:{people.sales.pk}",
        "partners": f"team:{people.partners.pk}", "salesperson": f"person:{people.salesperson.pk}",
        "marketer": f"person:{people.marketer.pk}",
    }  # fmt: skip
    return {name: laid_in(nine_to_five(), key) for name, key in keys.items()}


def of_lead(lead: Lead, side: str, moment: datetime, known_at: datetime | None = None) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leads_calendar_of_lead(%s, %s, %s::timestamptz, %s::timestamptz)",
            [lead.pk, side, moment, known_at],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def in_team(lead: Lead, team: Team | None, at: datetime) -> None:
    record_values([NewValue(lead.pk, "team", at, ref=team.pk if team else None)], recorded_at=NOW)


def moves_to(user: User, team: Team, at: datetime) -> None:
    PersonChange.objects.create(user=user, at=at, recorded_at=at, active=True, team=team)


def test_nobody_holds_it_so_the_side_counts(people: Cast, calendars: dict[str, int]) -> None:
    lead = a_lead()
    assert of_lead(lead, "sales", day(1)) == calendars["sales"]
    assert of_lead(lead, "marketing", day(1)) == calendars["marketing"]


def test_its_owner_at_that_moment_counts_before_the_team(people: Cast, calendars: dict[str, int]) -> None:
    lead = a_lead()
    in_team(lead, people.sales, day(2))
    held_by(lead, people.salesperson, day(4))
    held_by(lead, people.sales_lead, day(6))
    held_by(lead, None, day(8))
    found = [of_lead(lead, "sales", day(n)) for n in (1, 2, 4, 6, 8)]
    names = ["sales", "sales team", "salesperson", "sales team", "sales team"]
    assert found == [calendars[name] for name in names]


def test_who_is_not_of_the_side_that_should_act_does_not_count(people: Cast, calendars: dict[str, int]) -> None:
    lead = a_lead()
    held_by(lead, people.salesperson, day(1))
    in_team(lead, people.sales, day(1))
    assert of_lead(lead, "marketing", day(2)) == calendars["marketing"]
    held_by(lead, people.marketer, day(3))
    assert of_lead(lead, "sales", day(4)) == calendars["sales"]
    in_team(lead, people.sales, day(4))
    assert of_lead(lead, "sales", day(4)) == calendars["sales team"]
    assert of_lead(lead, "marketing", day(4)) == calendars["marketer"]


def test_an_owner_without_a_calendar_works_as_their_team_does_and_partners_are_of_sales(
    people: Cast, calendars: dict[str, int]
) -> None:
    lead = a_lead()
    held_by(lead, people.partner, day(1))
    assert of_lead(lead, "sales", day(2)) == calendars["partners"]
    in_team(lead, None, day(3))
    moves_to(people.partner, people.sales, day(5))
    moves_to(people.partner, people.marketing, day(7))
    assert [of_lead(lead, "sales", day(n)) for n in (4, 5, 7)] == [
        calendars["partners"], calendars["sales team"], calendars["sales"],
    ]  # fmt: skip


def test_what_was_not_known_yet_does_not_count(people: Cast, calendars: dict[str, int]) -> None:
    lead = a_lead()
    held_by(lead, people.salesperson, day(1))
    before = NOW - timedelta(seconds=1)
    assert of_lead(lead, "sales", day(2), known_at=before) == calendars["sales"]
    assert of_lead(lead, "sales", day(2), known_at=NOW) == calendars["salesperson"]

"""Limits that count working time: by whose calendar, over nights and weekends, and the same by every way of asking."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kpis.leaks.report import leakage
from kpis.models import Leak
from kpis.recompute import drain
from kpis.reports.params import read_params
from kpis.verify.run import verify
from leads.models import Lead
from tests.kpis.agreeing import agreed, limits
from tests.leads.calendars.working import laid_in, nine_to_five
from tests.oracles.working_time import WorkingWeek
from tests.world import NOW, TIME_ZERO, Cast, a_lead, cast, day, did, held_by, moved

pytestmark = pytest.mark.django_db

HOURS = 1 / 24
ALWAYS = WorkingWeek("UTC", {number: [(0, 1440)] for number in range(7)})


@pytest.fixture
def people() -> Cast:
    """Marketing works 35 hours a week in UTC; TIME_ZERO is nine o'clock on a Monday, just when it begins."""
    everybody = cast()
    laid_in(nine_to_five("UTC"), "side:marketing")
    return everybody


def opened(lead: Lead, kind: str) -> list[tuple[datetime, int]]:
    """Since when it leaks, and the limit in seconds: kept, verified, and read anew as known now."""
    drain()
    found = verify()
    assert (found.differences, found.examples) == (0, [])
    kept = list(Leak.objects.filter(lead=lead, kind=kind).order_by("since").values_list("since", "limit_seconds"))
    options = {"start": ["2024-01-01"], "end": ["2025-01-01"], "known_at": [NOW.isoformat()]}
    flags = leakage(read_params(options, now=NOW))["flags"]
    read = [(flag["since"], flag["limit_seconds"]) for flag in flags if (flag["lead"], flag["kind"]) == (lead.pk, kind)]
    assert [(_instant(since), seconds) for since, seconds in read] == kept
    return kept


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def hours(number: float) -> datetime:
    return TIME_ZERO + timedelta(hours=number)


def test_nights_and_weekends_do_not_count(people: Cast) -> None:
    agreed(people, "limits", limits(forgotten={"limit_days": 36 * HOURS, "business": True}), at=TIME_ZERO)
    lead = a_lead()
    moved(lead, ("recycled", 0))
    assert opened(lead, "forgotten") == [(day(7) + timedelta(hours=1), 36 * 3600)]


def test_a_touch_begins_the_working_time_anew(people: Cast) -> None:
    agreed(people, "limits", limits(forgotten={"limit_days": 7 * HOURS, "business": True}), at=TIME_ZERO)
    lead = a_lead()
    moved(lead, ("recycled", 0))
    did(lead, "newsletter", 5 * HOURS)
    assert opened(lead, "forgotten") == [(day(1) + timedelta(hours=5), 7 * 3600)]


def test_it_counts_by_the_calendar_of_who_held_it_then(people: Cast) -> None:
    laid_in(ALWAYS, f"person:{people.marketer.pk}")
    agreed(people, "limits", limits(forgotten={"limit_days": 10 * HOURS, "business": True}), at=TIME_ZERO)
    own, other = a_lead("own"), a_lead("other")
    for lead in (own, other):
        moved(lead, ("recycled", 0))
    held_by(own, people.marketer)
    held_by(other, people.salesperson)
    assert opened(own, "forgotten") == [(hours(10), 36_000)]
    assert opened(other, "forgotten") == [(day(1) + timedelta(hours=3), 36_000)]


def test_age_and_quiet_time_count_alike(people: Cast) -> None:
    agreed(
        people,
        "limits",
        limits(stalled={"limit_days": 14 * HOURS, "quiet_days": 7 * HOURS, "business": True}),
        at=TIME_ZERO,
    )
    quiet, touched = a_lead("quiet"), a_lead("touched")
    did(touched, "newsletter", 1 + 4 * HOURS)
    assert opened(quiet, "stalled") == [(day(1) + timedelta(hours=8), 14 * 3600)]
    assert opened(touched, "stalled") == [(day(2) + timedelta(hours=3), 14 * 3600)]


def test_a_calendar_that_is_laid_in_anew_moves_what_is_kept(people: Cast) -> None:
    agreed(people, "limits", limits(forgotten={"limit_days": 7 * HOURS, "business": True}), at=TIME_ZERO)
    lead = a_lead()
    moved(lead, ("recycled", 0))
    assert opened(lead, "forgotten") == [(hours(8), 7 * 3600)]
    laid_in(ALWAYS, "side:marketing")
    assert opened(lead, "forgotten") == [(hours(7), 7 * 3600)]


def test_without_a_calendar_working_time_is_clock_time() -> None:
    people = cast()
    agreed(people, "limits", limits(forgotten={"limit_days": 7 * HOURS, "business": True}), at=TIME_ZERO)
    lead = a_lead()
    moved(lead, ("recycled", 0))
    assert opened(lead, "forgotten") == [(hours(7), 7 * 3600)]

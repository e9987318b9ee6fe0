"""The leakage rate: of those that qualified in a period and have had their thirty days, how many leaked in them."""

from __future__ import annotations

from typing import Any

import pytest

from alignment.intervals import wilson
from alignment.people.models import User
from kpis.leaks.report import leakage
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params, rfc3339
from leads.models import Lead
from tests.kpis.leaks.handing import a_rule, needed, offered
from tests.world import NOW, Cast, a_lead, cast, day, held_by, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def rate(user: User | None = None, **options: str) -> tuple[int, int]:
    """(qualified, leaked) over days 0 to 100, as of NOW unless said otherwise."""
    found = answer(user, **options)
    return found["qualified"], found["leaked"]


def answer(user: User | None = None, **options: str) -> dict[str, Any]:
    recompute_touched(now=NOW)
    asked = {"start": rfc3339(day(0)), "end": rfc3339(day(100)), "as_of": rfc3339(NOW), **options}
    found: dict[str, Any] = leakage(read_params({name: [value] for name, value in asked.items()}, now=NOW), user)[
        "rate"
    ]
    return found


def ready(name: str, at: float, *, leaks: bool = False, **fields: Any) -> Lead:
    """Qualified on that day, and offered and accepted at once, or not before the third day after."""
    lead = a_lead(name, **fields)
    moved(lead, ("mql", 0.5))
    until = day(at + (3 if leaks else 0.01))
    rule = a_rule()
    needed(lead, day(at), rule=rule, ended_at=until)
    offered(
        lead, until, rule=rule, state="accepted", decided_at=until, accept_by=day(at + 4), qualified_at=day(at),
        returned_at=until, returned_recorded_at=until, reason="no-budget",
    )  # fmt: skip
    moved(lead, ("won", at + 5))
    return lead


def test_nobody_qualified_has_no_rate(people: Cast) -> None:
    a_lead("1")
    assert answer() == {"qualified": 0, "leaked": 0, "rate": None, "wilson_low": None, "wilson_high": None}


def test_the_share_of_those_that_leaked_with_its_interval(people: Cast) -> None:
    for number in range(3):
        ready(f"{number}", 10 + number)
    ready("late", 20, leaks=True)
    low, high = wilson(1, 4)
    assert answer() == {"qualified": 4, "leaked": 1, "rate": 0.25, "wilson_low": low, "wilson_high": high}


def test_the_period_is_half_open_and_thirty_days_must_have_passed(people: Cast) -> None:
    ready("1", 10, leaks=True)
    at, after = rfc3339(day(10)), rfc3339(day(11))
    assert rate(start=at, end=after) == (1, 1)
    assert rate(start=rfc3339(day(9)), end=at) == (0, 0)
    assert rate(as_of=rfc3339(day(40))) == (1, 1)
    assert rate(as_of=rfc3339(day(39.999))) == (0, 0)


def test_each_pass_counts_once_by_the_first_time_it_qualified(people: Cast) -> None:
    lead = a_lead("1")
    moved(lead, ("mql", 1), ("recycled", 20), ("mql", 30))
    for at, until in ((5, 5.01), (8, 8.01), (32, 60)):
        needed(lead, day(at), ended_at=day(until))
    moved(lead, ("won", 60))
    assert rate() == (2, 1)
    assert rate(end=rfc3339(day(7))) == (1, 0)
    assert rate(start=rfc3339(day(7)), end=rfc3339(day(9))) == (0, 0)


def test_a_leak_before_or_more_than_thirty_days_after_does_not_count(people: Cast) -> None:
    for name, since in (("in time", 40), ("too late", 40.001), ("before", 9)):
        lead = a_lead(name)
        moved(lead, ("mql", 5))
        needed(lead, day(10), ended_at=day(10.01))
        offered(lead, day(since - 1), accept_by=day(since))
        moved(lead, ("won", 30), ("recycled", 100))
    assert rate() == (3, 1)


def test_it_follows_visibility_cuts_and_what_was_known(people: Cast) -> None:
    held_by(ready("1", 10, leaks=True, source="web"), people.partner)
    ready("2", 10, source="fair")
    assert (rate(), rate(people.partner), rate(people.outsider)) == ((2, 1), (1, 1), (0, 0))
    assert (rate(where="source=web"), rate(where="source=fair")) == ((1, 1), (1, 0))
    assert rate(known_at=rfc3339(NOW)) == (2, 1)
    assert rate(known_at=rfc3339(day(9))) == (0, 0)


def test_test_leads_do_not_count_and_kinds_besides_handing_over_do_not_either(people: Cast) -> None:
    gone, quiet = ready("1", 10, leaks=True), ready("2", 10)
    Lead.objects.filter(pk=gone.pk).update(is_test=True)
    moved(quiet, ("lost", 16))
    assert rate() == (1, 0)

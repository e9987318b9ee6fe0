"""Do the spans in the database and a walk through the calendar agree, around every change of clocks?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.calendars.working_time import next_opening, working_after, working_seconds
from tests.leads.calendars.working import laid_in
from tests.oracles import working_time as oracle
from tests.oracles.working_time import WorkingWeek
from tests.oracles.zones import to_instant

pytestmark = pytest.mark.django_db
thoroughly = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

MICROSECOND = timedelta(microseconds=1)
NIGHTS = {
    "Europe/Berlin": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "America/Sao_Paulo": ["2017-10-15", "2018-02-17", "2018-02-18"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Asia/Kathmandu": ["2026-01-01"],
    "Pacific/Apia": ["2011-12-29", "2011-12-30", "2011-12-31"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "UTC": ["2010-01-01", "2045-12-31"],
}
EDGES = st.one_of(st.integers(0, 240), st.integers(0, 1440), st.sampled_from([0, 60, 120, 150, 180, 1380, 1440]))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[WorkingWeek, list[datetime]]:
    """A calendar, and moments near the nights of its zone on which clocks change."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    windows = {}
    for number in draw(st.sets(st.integers(0, 6), min_size=1)):
        edges = sorted(draw(st.sets(EDGES, min_size=2, max_size=6)))
        pairs = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
        windows[number] = pairs + ([(pairs[-1][1], 1440)] if draw(st.booleans()) and pairs[-1][1] < 1440 else [])
    nights = [date.fromisoformat(night) for night in NIGHTS[zone]]
    near = st.builds(lambda night, days: night + timedelta(days=days), st.sampled_from(nights), st.integers(-8, 8))
    week = WorkingWeek(zone, windows, frozenset(draw(st.sets(near, max_size=4))))
    minutes = st.integers(-3 * 1440, 3 * 1440)
    moments = [
        to_instant(datetime.combine(night, datetime.min.time()) + timedelta(minutes=draw(minutes)), ZoneInfo(zone))
        + draw(st.sampled_from([timedelta(), MICROSECOND, -MICROSECOND, timedelta(seconds=30)]))
        for night in draw(st.lists(st.sampled_from(nights), min_size=3, max_size=6))
    ]
    return week, sorted(moments)


AMOUNTS = st.one_of(
    st.sampled_from([timedelta(), MICROSECOND, timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)]),
    st.timedeltas(timedelta(), timedelta(hours=60)),
)


@thoroughly
@given(weeks(), st.lists(AMOUNTS, min_size=3, max_size=3))
def test_the_database_and_a_walk_through_the_calendar_agree(
    made: tuple[WorkingWeek, list[datetime]], amounts: list[timedelta]
) -> None:
    week, moments = made
    calendar = laid_in(week)
    for moment in moments:
        assert next_opening(calendar, moment) == oracle.opening(week, moment)
        for amount in amounts:
            reached = working_after(calendar, moment, amount.total_seconds())
            assert reached == oracle.after(week, moment, amount)
            assert close(working_seconds(calendar, moment, reached), amount), "it is not where it would be reached"
            if amount:
                short = working_seconds(calendar, moment, reached - MICROSECOND)
                assert close(short, amount - MICROSECOND), "it was reached before"
    for since in moments:
        for until in moments:
            assert close(working_seconds(calendar, since, until), oracle.worked(week, since, until))


@thoroughly
@given(weeks(), AMOUNTS, AMOUNTS)
def test_one_amount_after_another_is_their_sum(
    made: tuple[WorkingWeek, list[datetime]], one: timedelta, other: timedelta
) -> None:
    week, (first, *_, last) = made
    calendar = laid_in(week)
    at_once = working_after(calendar, first, (one + other).total_seconds())
    assert (
        working_after(calendar, working_after(calendar, first, one.total_seconds()), other.total_seconds()) == at_once
    )
    middle = first + (last - first) / 3
    parts = working_seconds(calendar, first, middle) + working_seconds(calendar, middle, last)
    assert abs(parts - working_seconds(calendar, first, last)) < 1e-6


def close(seconds: float, span: timedelta) -> bool:
    """The same to the microsecond."""
    return timedelta(microseconds=round(seconds * 1_000_000)) == span


def test_the_oracle_itself_counts_a_week_that_one_can_count_by_hand() -> None:
    week = WorkingWeek("UTC", {0: [(540, 1020)], 4: [(0, 60), (60, 120)]}, frozenset({date(2026, 12, 4)}))
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    assert oracle.worked(week, monday, monday + timedelta(days=7)) == timedelta(hours=8)
    assert oracle.worked(week, monday, monday + timedelta(days=14)) == timedelta(hours=18)
    assert oracle.after(week, monday, timedelta(hours=9)) == monday + timedelta(days=7, hours=10)
    assert oracle.opening(week, monday + timedelta(days=1)) == monday + timedelta(days=7, hours=9)

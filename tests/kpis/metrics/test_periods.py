"""Periods of the reporting zone: their names, their edges, the nights in which clocks change, and when they close."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.refusals import Refused
from kpis.metrics.periods import Grain, between, containing, period_of

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(1900, 1, 8), date(2199, 12, 1))
GRAINS = st.sampled_from(list(Grain))


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("2024-01-31", date(2024, 1, 31), date(2024, 2, 1)),
        ("2024-W05", date(2024, 1, 29), date(2024, 2, 5)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 4)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024-Q4", date(2024, 10, 1), date(2025, 1, 1)),
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_name_says_which_days(name: str, first: date, end: date) -> None:
    period = period_of(name, BERLIN)
    assert (period.first_day, period.end_day, period.name) == (first, end, name)


@pytest.mark.parametrize(
    "name",
    ["", "24", "2024-13", "2024-W54", "2023-W53", "2024-Q5", "2024-1-1", "2024-02-30", "1066", "٢٠٢٤"],
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        period_of(name, BERLIN)
    assert refused.value.code == "unknown_period"


@given(day=DAYS, grain=GRAINS)
def test_every_day_lies_in_the_period_that_contains_it_and_in_no_neighbour(day: date, grain: Grain) -> None:
    period = containing(grain, day, BERLIN)
    assert period.first_day <= day < period.end_day
    assert period.before.end_day == period.first_day
    assert period.next.first_day == period.end_day
    assert period.next.before == period
    assert period_of(period.name, BERLIN) == period


@given(first=DAYS, days=st.integers(0, 800), grain=GRAINS)
def test_periods_between_two_days_follow_each_other_and_cover_them(first: date, days: int, grain: Grain) -> None:
    end = first + timedelta(days=days)
    found = between(grain, first, end, BERLIN)
    if not days:
        assert len(found) <= 1
        return
    assert found[0].first_day <= first
    assert found[-1].first_day < end <= found[-1].end_day
    assert all(one.end_day == following.first_day for one, following in pairwise(found))


def test_a_day_of_23_and_one_of_25_hours_begin_and_end_at_midnight_there() -> None:
    spring, autumn = period_of("2024-03-31", BERLIN), period_of("2024-10-27", BERLIN)
    assert (spring.since, spring.until) == (
        datetime(2024, 3, 30, 23, tzinfo=UTC),
        datetime(2024, 3, 31, 22, tzinfo=UTC),
    )
    assert autumn.until - autumn.since == timedelta(hours=25)


def test_where_midnight_is_skipped_a_day_begins_with_the_first_instant_after_it() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert period_of("2022-03-27", beirut).since == datetime(2022, 3, 26, 22, tzinfo=UTC)
    assert period_of("2022-03-26", beirut).until == period_of("2022-03-27", beirut).since


def test_a_period_closes_a_week_after_its_end_and_a_windowed_value_when_its_window_is_over_too() -> None:
    march = period_of("2024-03", BERLIN)
    assert march.closes_at(windowed=False, window_days=90) == datetime(2024, 4, 7, 22, tzinfo=UTC)
    assert march.closes_at(windowed=True, window_days=90) == datetime(2024, 7, 6, 22, tzinfo=UTC)

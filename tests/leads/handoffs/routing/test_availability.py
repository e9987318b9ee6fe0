"""Who may get a lead when? Capacity by the week and the month, fractions carried over, in the reporting zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.handoffs.routing.availability import Person, bounded, judge_person, period_began, quota

BERLIN = ZoneInfo("Europe/Berlin")
ANNA = Person(id=1, name="Anna", active=True, team_id=1, side="sales", since=date(2024, 1, 1))
NOW = datetime(2024, 11, 27, 12, tzinfo=UTC)


@given(
    st.decimals(min_value=0, max_value=200, places=2), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 80)
)
def test_over_any_weeks_the_quotas_add_up_to_the_capacity(capacity: Decimal, since: date, weeks: int) -> None:
    person = replace(ANNA, capacity=capacity, since=since)
    quotas = [quota(person, since + timedelta(weeks=n)) or 0 for n in range(weeks)]
    assert sum(quotas) == int(capacity * weeks)
    assert max(quotas) - min(quotas) <= 1


def test_ten_a_month_are_ten_in_every_month() -> None:
    person = replace(ANNA, capacity=Decimal(10), period="month", since=date(2024, 1, 31))
    assert [quota(person, date(2024, month, 15)) for month in range(1, 13)] == [10] * 12


def test_two_and_a_half_a_week_are_two_then_three() -> None:
    person = replace(ANNA, capacity=Decimal("2.5"))
    assert [quota(person, date(2024, 1, 1 + 7 * n)) for n in range(4)] == [2, 3, 2, 3]
    assert quota(person, date(2024, 1, 7)) == 2
    assert quota(person, date(2024, 1, 8)) == 3


def test_a_third_a_month_is_one_every_third_month() -> None:
    person = replace(ANNA, capacity=Decimal("0.34"), period="month")
    assert [quota(person, date(2024, month, 1)) for month in range(1, 7)] == [0, 0, 1, 0, 0, 1]


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    assert period_began(date(2024, 12, 1), "week") == date(2024, 11, 25)
    assert period_began(date(2024, 12, 2), "week") == date(2024, 12, 2)
    assert period_began(date(2024, 12, 31), "month") == date(2024, 12, 1)


@pytest.mark.parametrize(
    ("changed", "code", "reason"),
    [
        ({}, "available", "Anna can take it"),
        ({"active": False}, "inactive", "Anna does not work here any more"),
        ({"team_id": None}, "no_team", "Anna is in no team"),
        ({"takes_leads": False}, "paused", "Anna takes no leads at present"),
        ({"away_until": datetime(2024, 12, 2, 23, tzinfo=UTC)}, "away", "Anna is away until 3 December"),
        ({"away_until": datetime(2025, 1, 2, 23, tzinfo=UTC)}, "away", "Anna is away until 3 January 2025"),
        ({"capacity": Decimal(40), "taken": 39}, "available", "Anna can take it"),
        ({"capacity": Decimal(40), "taken": 40}, "full", "Anna is full this week: 40 of 40"),
        ({"capacity": Decimal(0), "period": "month"}, "full", "Anna is full this month: 0 of 0"),
    ],
)
def test_each_reason_is_said_in_words(changed: dict[str, object], code: str, reason: str) -> None:
    verdict = judge_person(replace(ANNA, **changed), now=NOW, zone=BERLIN)  # type: ignore[arg-type]
    assert (verdict.passed, verdict.code, verdict.reason) == (code == "available", code, reason)


def test_who_has_no_limit_weighs_as_one_lead_a_week() -> None:
    assert ANNA.weight == replace(ANNA, capacity=Decimal(1)).weight


def test_capacities_by_week_and_month_compare() -> None:
    week, month = replace(ANNA, capacity=Decimal(10)), replace(ANNA, capacity=Decimal("43.45"), period="month")
    assert week.weight == month.weight


def test_weights_are_made_small_without_changing_shares() -> None:
    assert bounded({1: 100 * 4345, 2: 250 * 4345}) == {1: 2, 2: 5}
    large = bounded({1: 10**12, 2: 1})
    assert sum(large.values()) <= 1_000_001
    assert large[2] == 1
    assert bounded({}) == {}

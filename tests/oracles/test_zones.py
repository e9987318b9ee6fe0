"""Do local times become the right instants, on the nights when clocks change too?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.oracles.zones import month_key, months_before, start_of_day, to_instant, week_key

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_midnight_that_does_not_exist_is_the_first_instant_after_the_gap() -> None:
    # On 15 October 2017 São Paulo went from 23:59:59 (-3) to 01:00 (-2): both are 03:00 UTC.
    assert start_of_day(date(2017, 10, 15), SAO_PAULO) == utc("2017-10-15T03:00")
    assert start_of_day(date(2017, 10, 14), SAO_PAULO) == utc("2017-10-14T03:00")
    assert start_of_day(date(2017, 10, 16), SAO_PAULO) == utc("2017-10-16T02:00")


def test_every_time_in_the_gap_becomes_its_end() -> None:
    for minute in (0, 1, 30, 59):
        assert to_instant(local(f"2017-10-15T00:{minute:02d}"), SAO_PAULO) == utc("2017-10-15T03:00")
    assert to_instant(local("2017-10-15T01:00"), SAO_PAULO) == utc("2017-10-15T03:00")
    assert to_instant(local("2017-10-14T23:59"), SAO_PAULO) == utc("2017-10-15T02:59")


def test_berlins_gap_in_spring() -> None:
    # 31 March 2024: 02:00 (+1) is 03:00 (+2), both 01:00 UTC.
    assert to_instant(local("2024-03-31T02:30"), BERLIN) == utc("2024-03-31T01:00")
    assert to_instant(local("2024-03-31T01:59:59"), BERLIN) == utc("2024-03-31T00:59:59")
    assert to_instant(local("2024-03-31T03:00"), BERLIN) == utc("2024-03-31T01:00")


def test_an_hour_that_comes_twice_is_the_first_of_them() -> None:
    # 27 October 2024: 02:30 is 00:30 UTC in summer time, then 01:30 UTC.
    assert to_instant(local("2024-10-27T02:30"), BERLIN) == utc("2024-10-27T00:30")
    # 18 February 2018: São Paulo had 23:00 to 24:00 of the 17th twice; midnight came once.
    assert to_instant(local("2018-02-17T23:30"), SAO_PAULO) == utc("2018-02-18T01:30")
    assert start_of_day(date(2018, 2, 18), SAO_PAULO) == utc("2018-02-18T03:00")


def test_days_around_a_change_of_clocks_are_23_and_25_hours_long() -> None:
    spring = start_of_day(date(2024, 4, 1), BERLIN) - start_of_day(date(2024, 3, 31), BERLIN)
    autumn = start_of_day(date(2024, 10, 28), BERLIN) - start_of_day(date(2024, 10, 27), BERLIN)
    assert (spring, autumn) == (timedelta(hours=23), timedelta(hours=25))


@pytest.mark.parametrize(
    ("instant", "in_utc", "in_sao_paulo"),
    [
        (utc("2018-03-01T02:59:59"), "2018-03", "2018-02"),
        (utc("2018-03-01T03:00"), "2018-03", "2018-03"),
        (utc("2017-12-31T23:00"), "2017-12", "2017-12"),
    ],
)
def test_the_month_depends_on_the_zone(instant: datetime, in_utc: str, in_sao_paulo: str) -> None:
    assert month_key(instant, ZoneInfo("UTC")) == in_utc
    assert month_key(instant, SAO_PAULO) == in_sao_paulo


def test_a_week_begins_on_monday_and_belongs_to_the_year_of_its_thursday() -> None:
    zone = ZoneInfo("UTC")
    days = {date(2024, 1, 28): "2024-W04", date(2024, 1, 29): "2024-W05", date(2024, 12, 30): "2025-W01"}
    assert {day: week_key(start_of_day(day, zone), zone) for day in days} == days
    assert week_key(utc("2021-01-03T00:00"), zone) == "2020-W53"
    # Sunday evening in UTC is Monday in Berlin.
    assert (week_key(utc("2024-01-28T23:00"), zone), week_key(utc("2024-01-28T23:00"), BERLIN)) == (
        "2024-W04",
        "2024-W05",
    )


def test_months_are_counted_back_on_the_local_calendar() -> None:
    zone = ZoneInfo("UTC")
    assert months_before(utc("2026-03-15T09:30"), 24, zone) == utc("2024-03-15T09:30")
    assert months_before(utc("2024-02-29T00:00"), 12, zone) == utc("2023-02-28T00:00")
    assert months_before(utc("2024-01-31T00:00"), 2, zone) == utc("2023-11-30T00:00")
    # Noon in Berlin is 10:00 UTC in July and 11:00 UTC in January.
    assert months_before(utc("2024-07-10T10:00"), 6, BERLIN) == utc("2024-01-10T11:00")

"""One place turns words about time into instants: dates of a zone, and local times that do not exist or exist twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2199
Day = TypeVar("Day", bound=date)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive local time.

    A time that does not exist (clocks go forward) becomes the first instant after the gap; one that exists twice
    becomes the first of the two.
    """
    aware = local.replace(tzinfo=zone, fold=0)
    in_utc = aware.astimezone(UTC)
    if in_utc.astimezone(zone).replace(tzinfo=None, fold=0) == local:
        return in_utc
    return _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Local clocks jump somewhere in the day around `local`: the instant at which they do."""
    low = (local - timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC)
    high = (local + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC)
    while high - low > timedelta(microseconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= local:
            high = middle
        else:
            low = middle
    return high


def of_our_time(when: Day) -> Day:
    """The day or moment itself; `ValueError` where its year lies outside of 1900 to 2199.

    Whoever reads dates that people or systems write asks this, so that everything after it may reckon with them: a day, a
    zone or two years further are still dates.
    """
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError(f"{when:%Y} lies outside of {FIRST_YEAR} to {LAST_YEAR}")
    return when


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`; the first instant after midnight where midnight is skipped."""
    return instant(datetime.combine(day, time.min), zone)

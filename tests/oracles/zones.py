"""Which instants does a period, a month or a local time stand for in a time zone?"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """A naive local time as an instant: the first after a gap, the first of two in a fold."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    # In a gap fold=1 falls before the jump and fold=0 after it: halve until the jump is found.
    before, after = local.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > MICROSECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    return to_instant(datetime.combine(day, time()), zone)


def month_key(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.year:04d}-{local.month:02d}"


def week_key(instant: datetime, zone: ZoneInfo) -> str:
    """The ISO week, from Monday, in the year that holds its Thursday."""
    year, week, _ = instant.astimezone(zone).isocalendar()
    return f"{year:04d}-W{week:02d}"


def months_before(instant: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same local time of day, calendar months earlier; the 31st becomes the last of a shorter month."""
    local = instant.astimezone(zone).replace(tzinfo=None)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return to_instant(local.replace(year=year, month=month + 1, day=day), zone)

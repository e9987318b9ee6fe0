"""Which spans of time is a calendar's working time? Laid out as rows when a version is sealed; the only writer of them.

Every local day from 2010 to 2045 has the windows of its weekday, but for holidays. A local time that does not exist is the first
instant after the gap, an ambiguous one the first of the two. Before and after those years no calendar is known: every hour counts,
as it does where no calendar is agreed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from alignment.agreements.kinds import Scope
from alignment.agreements.models import Step, Version
from alignment.timezones import instant, start_of_day
from leads.calendars.countries import public_holidays
from leads.calendars.models import WorkingSpan
from leads.calendars.queries.laying_out import LAY_OUT
from leads.calendars.terms import WEEKDAYS, Calendar

YEARS = range(2010, 2046)
FIRST, LAST = datetime(1899, 1, 1, tzinfo=UTC), datetime(2500, 1, 1, tzinfo=UTC)
"""Nothing is counted beyond: a statement that asks fails, and names the instant."""
DAY = timedelta(days=1)

when_sealed: list[Callable[[], None]] = []
"""Called whenever a calendar was sealed, by whoever keeps what was counted by working time."""


@dataclass(frozen=True)
class Span:
    """[since, until), in UTC."""

    since: datetime
    until: datetime


def seal(version_id: int, calendar: Calendar, _scope: Scope) -> None:
    """Write a version's spans. One that was signed keeps those it has, whatever is known of its country by now."""
    laid_in = Version.objects.filter(pk=version_id, step=Step.LAID_IN).exists()
    if laid_in or not WorkingSpan.objects.filter(version=version_id).exists():
        lay_out(version_id, calendar)
    for follow in when_sealed:
        follow()


@transaction.atomic
def lay_out(version_id: int, calendar: Calendar) -> None:
    """Write the spans of a version in the place of what is there."""
    spans = spans_of(calendar)
    values: dict[str, int | list[int]] = {
        "version": version_id,
        "sinces": [int(span.since.timestamp()) for span in spans],
        "untils": [int(span.until.timestamp()) for span in spans],
    }
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM leads_workingspan WHERE version_id = %(version)s", values)
        cursor.execute(LAY_OUT, values)


def spans_of(calendar: Calendar) -> list[Span]:
    """All working time in order, what touches as one; never empty."""
    found: list[Span] = []
    for span in _all(calendar):
        if found and found[-1].until == span.since:
            found[-1] = Span(found[-1].since, span.until)
        elif span.until > span.since:
            found.append(span)
    return found


def days_off(calendar: Calendar) -> frozenset[dt.date]:
    """The days on which nobody works: those it names, and the public holidays of its country."""
    named = frozenset(holiday.date for holiday in calendar.holidays)
    if calendar.country is None:
        return named
    return named | public_holidays(calendar.country, calendar.subdivision, YEARS)


def _all(calendar: Calendar) -> Iterator[Span]:
    zone, free, windows = ZoneInfo(calendar.timezone), days_off(calendar), _windows(calendar)
    day, end = dt.date(YEARS.start, 1, 1), dt.date(YEARS.stop, 1, 1)
    yield Span(FIRST, start_of_day(day, zone))
    while day < end:
        if day not in free:
            yield from _of_day(datetime.combine(day, dt.time.min), windows[day.weekday()], zone)
        day += DAY
    yield Span(start_of_day(end, zone), LAST)


def _of_day(midnight: datetime, windows: list[tuple[timedelta, timedelta]], zone: ZoneInfo) -> Iterator[Span]:
    """The spans of a day. Where clocks are as far from UTC when it ends as when it begins, they did not change: one sum is enough."""
    offset = midnight.replace(tzinfo=zone).utcoffset()
    if offset is not None and (midnight + DAY).replace(tzinfo=zone).utcoffset() == offset:
        begins = midnight.replace(tzinfo=UTC) - offset
        yield from (Span(begins + start, begins + until) for start, until in windows)
    else:
        yield from (Span(instant(midnight + start, zone), instant(midnight + until, zone)) for start, until in windows)


def _windows(calendar: Calendar) -> Mapping[int, list[tuple[timedelta, timedelta]]]:
    """By weekday, 0 is Monday: from and until, since midnight."""
    return {
        number: [(_since_midnight(start), _since_midnight(end)) for start, end in calendar.on(day)]
        for number, day in enumerate(WEEKDAYS)
    }


def _since_midnight(text: str) -> timedelta:
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))

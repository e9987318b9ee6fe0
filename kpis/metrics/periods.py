"""Into which periods do figures fall, and when is one over? Days of the reporting zone, asked by all that counts by period.

Days, weeks (ISO 8601, from Monday), months, quarters and years, named as reports name them: `2024-01-31`, `2024-W05`, `2024-01`,
`2024-Q1`, `2024`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from alignment.timezones import of_our_time, start_of_day

GRACE = timedelta(days=7)
"""How long after its end a period stays open for what comes late."""

_NAME = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.ASCII)


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """Days [first_day, end_day) of `zone`: one whole day, week, month, quarter or year."""

    grain: Grain
    first_day: date
    end_day: date
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """As reports name it, such as `2024-W05`."""
        day = self.first_day
        match self.grain:
            case Grain.DAY:
                return day.isoformat()
            case Grain.WEEK:
                return f"{day.isocalendar().year:04d}-W{day.isocalendar().week:02d}"
            case Grain.MONTH:
                return f"{day.year:04d}-{day.month:02d}"
            case Grain.QUARTER:
                return f"{day.year:04d}-Q{(day.month + 2) // 3}"
            case Grain.YEAR:
                return f"{day.year:04d}"

    @property
    def since(self) -> datetime:
        """The instant at which it begins."""
        return start_of_day(self.first_day, self.zone)

    @property
    def until(self) -> datetime:
        """The instant at which it is over; this one belongs to the next."""
        return start_of_day(self.end_day, self.zone)

    @property
    def before(self) -> Period:
        return containing(self.grain, self.first_day - timedelta(days=1), self.zone)

    @property
    def next(self) -> Period:
        return containing(self.grain, self.end_day, self.zone)

    def closes_at(self, windowed: bool, window_days: int) -> datetime:
        """From when on a change of its values is a revision: a week after its end, and after the window of what waits for one."""
        return start_of_day(self.end_day + GRACE, self.zone) + timedelta(days=window_days if windowed else 0)

    def __str__(self) -> str:
        return self.name


def containing(grain: Grain | str, day: date, zone: ZoneInfo | None = None) -> Period:
    """The period of that grain in which `day` lies."""
    grain = Grain(grain)
    first = _first_day(grain, day)
    return Period(grain, first, _end_day(grain, first), zone or reporting_zone())


def between(grain: Grain | str, first: date, end: date, zone: ZoneInfo | None = None) -> list[Period]:
    """Every period with a day in [first, end), in order."""
    return list(_between(Grain(grain), first, end, zone or reporting_zone()))


def period_of(name: str, zone: ZoneInfo | None = None) -> Period:
    """The period of that name; `Refused` where it is none."""
    found = _NAME.fullmatch(name)
    if found is not None:
        try:
            grain, day = _read(*found.groups())
            return containing(grain, of_our_time(day), zone)
        except ValueError:
            pass
    raise Refused(
        "unknown_period", f"“{name}” is not a period; write 2024-01-31, 2024-W05, 2024-01, 2024-Q1 or 2024.", status=404
    )


def _between(grain: Grain, first: date, end: date, zone: ZoneInfo) -> Iterator[Period]:
    start = _first_day(grain, first)
    while start < end:
        after = _end_day(grain, start)
        yield Period(grain, start, after, zone)
        start = after


def _read(year: str, week: str | None, quarter: str | None, month: str | None, day: str | None) -> tuple[Grain, date]:
    if week:
        return Grain.WEEK, date.fromisocalendar(int(year), int(week), 1)
    if quarter:
        return Grain.QUARTER, date(int(year), 3 * int(quarter) - 2, 1)
    if day:
        return Grain.DAY, date(int(year), int(month or 0), int(day))
    if month:
        return Grain.MONTH, date(int(year), int(month), 1)
    return Grain.YEAR, date(int(year), 1, 1)


def _first_day(grain: Grain, day: date) -> date:
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        case Grain.YEAR:
            return date(day.year, 1, 1)


MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def _end_day(grain: Grain, first: date) -> date:
    if grain in MONTHS:
        year, month = divmod(first.year * 12 + first.month - 1 + MONTHS[grain], 12)
        return date(year, month + 1, 1)
    return first + timedelta(days=7 if grain is Grain.WEEK else 1)

"""Which time is working time? A calendar walked through window by window, with nothing laid out beforehand.

Between 2010 and 2045 a local day has the windows of its weekday unless nobody works on it; a window lies between the instants of
its two local times. Before and after those years every second counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracles.zones import start_of_day, to_instant

FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2045, 12, 31)
DAY, NOTHING = timedelta(days=1), timedelta()


@dataclass(frozen=True)
class WorkingWeek:
    """`windows`: by weekday (0 is Monday) minutes since midnight from, until. Nobody works on `days_off`."""

    zone: str
    windows: Mapping[int, list[tuple[int, int]]]
    days_off: frozenset[date] = field(default_factory=frozenset)

    def openings(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of working time in order, from the one before `since` on; some may touch, none overlap."""
        zone = ZoneInfo(self.zone)
        known_from, known_until = start_of_day(FIRST_DAY, zone), start_of_day(LAST_DAY + DAY, zone)
        if since < known_from:
            yield datetime(1800, 1, 1, tzinfo=UTC), known_from
        day = max(FIRST_DAY, min(since.astimezone(zone).date() - 2 * DAY, LAST_DAY))
        while day <= LAST_DAY:
            for start, end in sorted(self.windows.get(day.weekday(), [])) if day not in self.days_off else []:
                yield moment(day, start, zone), moment(day, end, zone)
            day += DAY
        yield known_until, datetime(2600, 1, 1, tzinfo=UTC)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, minutes = divmod(minutes, 24 * 60)
    return to_instant(datetime.combine(day + days * DAY, time(minutes // 60, minutes % 60)), zone)


def worked(week: WorkingWeek, since: datetime, until: datetime) -> timedelta:
    """How much of [since, until) is working time."""
    total = NOTHING
    for opens, closes in week.openings(since):
        if opens >= until:
            break
        total += max(NOTHING, min(closes, until) - max(opens, since))
    return total


def after(week: WorkingWeek, start: datetime, left: timedelta) -> datetime:
    """The first instant at which that much working time has passed; nothing has passed at the start itself."""
    if left <= NOTHING:
        return start
    for opens, closes in week.openings(start):
        if closes <= start:
            continue
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise AssertionError("the last opening has no end that anybody reaches")


def opening(week: WorkingWeek, at: datetime) -> datetime:
    """The first instant from there on that is working time."""
    return next(max(opens, at) for opens, closes in week.openings(at) if opens < closes and at < closes)

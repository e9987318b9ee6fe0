"""What did a sum come to day by day, and which days are still to come? The ground of forecasts that go by the days, and of the
straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from alignment.people.selectors import Somebody
from alignment.timezones import start_of_day
from kpis.forecasts.hazards import Floats
from kpis.forecasts.queries.days import DaySum, read_days
from kpis.forecasts.standing import question
from kpis.forecasts.target import Measured, Stretch
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Asked, Summed

WEEKS = 156


@dataclass(frozen=True)
class Days:
    """`totals` of whole days, the last of them the day before `end`; `first` is that of the first one.

    `so_far` is what counts of the period by now, whole days or not. `unknown`: so many lines have no value.
    """

    first: date
    end: date
    totals: Floats
    so_far: float
    unknown: int

    def between(self, first: date, end: date) -> float:
        """The sum of the whole days in [first, end) that are there."""
        at = [max((day - self.first).days, 0) for day in (first, end)]
        return float(self.totals[at[0] : at[1]].sum())

    @property
    def weeks(self) -> Floats:
        """(week, day), oldest first; the last week ends with the last day."""
        count = len(self.totals) // 7
        return self.totals[len(self.totals) - count * 7 :].reshape(count, 7)


def days_of(parts: Sequence[Measured], period: Stretch, user: Somebody | None, now: datetime) -> list[Days]:
    """Of each part, over the same days: those that no line may still come to, for want of its window."""
    read = [_read(part, period, user, now) for part in parts]
    waits = max((row.waits for rows in read for row in rows), default=timedelta(0))
    today = now.astimezone(period.zone).date()
    end = today - timedelta(days=-(-waits // timedelta(days=1)))
    oldest = end - timedelta(days=7 * WEEKS)
    first = min((row.day for rows in read for row in rows if row.day >= oldest), default=end)
    found = []
    for rows in read:
        totals = np.zeros(max((end - first).days, 0))
        for row in rows:  # one row a day
            if first <= row.day < end:
                totals[(row.day - first).days] += row.total
        so_far = sum(row.total for row in rows if period.first_day <= row.day < (period.end_day if not waits else end))
        found.append(Days(first, end, totals, float(so_far), sum(row.unknown for row in rows if row.day >= oldest)))
    return found


def origin_of(days: Days, period: Stretch, now: datetime) -> datetime:
    """From when on days are drawn: now, or the first day that is not complete for its window."""
    today = now.astimezone(period.zone).date()
    return now if days.end == today else start_of_day(days.end, period.zone)


def _read(part: Measured, period: Stretch, user: Somebody | None, now: datetime) -> list[DaySum]:
    params = question(part, period, now)
    metric = find(part.metric, params.stages)
    if not isinstance(metric, Summed):
        raise TypeError(f"{part.metric} is not a sum")
    since = start_of_day(min(now.date(), period.first_day) - timedelta(days=7 * WEEKS + 400), period.zone)
    past = replace(params, start=since, end=max(period.until, now + timedelta.resolution))
    return read_days(metric.family, Asked(past, user, measures=frozenset((part.metric,))), [part.metric])

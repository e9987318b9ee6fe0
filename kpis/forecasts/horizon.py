"""Over which days is a forecast drawn? To the end of the period, and on for two more, in days of 24 hours from now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from alignment.timezones import start_of_day
from kpis.forecasts.hazards import Floats
from kpis.forecasts.target import Stretch

DAY = timedelta(days=1)
PERIODS = 3
FINE, COARSE, POINTS = 31, 15, 48


@dataclass(frozen=True)
class Horizon:
    """`ends` are the ends of the steps, in days from the origin. What happens in the first `first` of them is before the period;
    the `last`-th (from 0) ends it.

    `dates` are the days with whose end the steps end. `step` and `steps`: the grid on which chances are computed.
    """

    origin: datetime
    ends: Floats
    dates: tuple[date, ...]
    first: int
    last: int
    step: int
    steps: int

    @property
    def days(self) -> int:
        """Whole days that cover all steps."""
        return int(np.ceil(self.ends[-1]))

    @property
    def rest(self) -> float:
        """Days to the end of the period."""
        return float(self.ends[self.last])


def horizon(period: Stretch, now: datetime) -> Horizon:
    """From `now`, which lies before the end of the period; a period yet to begin is reached on the way."""
    today = now.astimezone(period.zone).date()
    over = (now - start_of_day(today, period.zone)) / DAY
    long = (period.end_day - period.first_day).days
    before = max((period.first_day - today).days, 0)
    rest = (period.end_day - today).days
    marks = [*_marks(before, COARSE)]
    marks += [before + mark for mark in _marks(rest - before, FINE)]
    marks += [rest + mark for mark in _marks((PERIODS - 1) * long, COARSE)]
    ends = np.array(marks, dtype=float) - over
    days = int(np.ceil(ends[-1]))
    step = -(-days // POINTS)
    dates = tuple(today + DAY * (mark - 1) for mark in marks)
    return Horizon(now, ends, dates, len(_marks(before, COARSE)), marks.index(rest), step, -(-days // step) + 1)


def _marks(days: int, most: int) -> list[int]:
    """At most so many ends of steps, the last after `days`."""
    count = min(days, most)
    return [round(days * (n + 1) / count) for n in range(count)]

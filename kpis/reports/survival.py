"""How long does it take, those still waiting included? Kaplan–Meier from plain numbers, sorted here (as in `kpis.reports.percentiles`).

S is a product of (1 − d/r) over the distinct times, taken in double precision; 1e-12 is allowed for in S ≤ ½.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY = 86_400_000_000


@dataclass(frozen=True)
class Survival:
    """Kaplan–Meier of one step: leads at risk, steps made, the median in seconds (None if never), and 1 − S at three ages."""

    n: int
    events: int
    median_seconds: int | None
    reached_30d: float | None
    reached_90d: float | None
    reached_180d: float | None


NOBODY = Survival(0, 0, None, None, None, None)


def survival(made: NDArray[np.int64], waiting: NDArray[np.int64]) -> Survival:
    """Of the microseconds until it was done, and of those for which somebody has waited; somebody there is."""
    times, leaving = np.unique(np.concatenate([made, waiting]), return_counts=True)
    events = np.bincount(np.searchsorted(times, made), minlength=len(times))
    risk = leaving[::-1].cumsum()[::-1]
    nobody_left = np.logical_or.accumulate(events == risk)
    s = np.where(nobody_left, 0.0, np.exp(np.log(1 - np.where(events < risk, events / risk, 0.0)).cumsum()))
    half = times[s <= 0.5 + 1e-12]
    by_30, by_90, by_180 = (1 - float(s[times <= days * DAY].min(initial=1.0)) for days in (30, 90, 180))
    median = (int(half[0]) + 500_000) // 1_000_000 if len(half) else None
    return Survival(len(made) + len(waiting), len(made), median, by_30, by_90, by_180)

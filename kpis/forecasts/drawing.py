"""What do the draws say? Runs of a value's way ahead, and what is read from them: the fan, the chance, the day of crossing."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from kpis.forecasts.answer import FanPoint
from kpis.forecasts.hazards import Floats
from kpis.forecasts.horizon import Horizon
from kpis.forecasts.standing import is_met
from kpis.forecasts.target import Target
from kpis.metrics.declaring import Better

QUANTILES = (0.1, 0.5, 0.9)
HALF = 0.5


class Interval(NamedTuple):
    """The quantiles at 10, 50 and 90 %."""

    low: float
    median: float
    high: float


def seeded(target: Target, now: datetime) -> np.random.Generator:
    """Draws that are the same all day for the same target, whoever asks."""
    day = now.astimezone(target.period.zone).date()
    said = f"{target.key}|{target.over}|{target.under}|{target.period.name}|{day}"
    return np.random.default_rng(int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big"))


def within(steps: Floats, ahead: Horizon) -> Floats:
    """What is added in each step (run, step), summed up from the beginning of the period."""
    counted = steps.copy()
    counted[:, : ahead.first] = 0
    return np.asarray(np.cumsum(counted, axis=1), dtype=float)


def interval(runs: Floats) -> Interval:
    """Of the values of the runs."""
    low, median, high = np.quantile(runs, QUANTILES)
    return Interval(float(low), float(median), float(high))


def fan(paths: Floats, ahead: Horizon) -> tuple[FanPoint, ...]:
    """By the end of each day of the period that is a step's."""
    shown = range(ahead.first, ahead.last + 1)
    low, median, high = np.quantile(paths[:, list(shown)], QUANTILES, axis=0)
    return tuple(
        FanPoint(ahead.dates[step], float(low[n]), float(median[n]), float(high[n])) for n, step in enumerate(shown)
    )


def chance(target: Target, runs: Floats) -> float | None:
    """The share of the runs that end at the target or beyond."""
    if target.value is None:
        return None
    goal = float(target.value)
    return float(np.mean(runs <= goal if target.direction is Better.DOWN else runs >= goal))


def crossing(target: Target, value: float, paths: Floats, ahead: Horizon) -> date | None:
    """The day by which half of the runs have crossed the target, of a sum that only grows."""
    if target.value is None or target.direction is Better.DOWN or is_met(target, value):
        return None
    crossed = np.mean(paths >= float(target.value), axis=0) >= HALF
    if not crossed.any():
        return None
    step = int(np.argmax(crossed))
    if step == 0:
        return ahead.dates[0]
    before, after = (float(np.mean(paths[:, at] >= float(target.value))) for at in (step - 1, step))
    days = (ahead.dates[step] - ahead.dates[step - 1]).days
    part = max(1, round(days * (HALF - before) / (after - before)))
    return ahead.dates[step - 1] + (ahead.dates[step] - ahead.dates[step - 1]) * part // days

"""A forecast from days gone by, for sums without a pipeline and for ratios: weeks drawn anew, both parts of a ratio together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpis.forecasts.daily import Days
from kpis.forecasts.drawing import within
from kpis.forecasts.from_pipeline import DRAWS, TooLittle
from kpis.forecasts.hazards import Floats
from kpis.forecasts.horizon import Horizon
from kpis.forecasts.pipeline import interpolated
from kpis.forecasts.recent import FEWEST_WEEKS, Level, draw_days, find_level


def enough(days: Sequence[Days]) -> TooLittle | None:
    """Why there can be no forecast, if so."""
    if any(one.unknown for one in days):
        return TooLittle("Some values are not known, so there is no forecast; the catalogue says what is missing.")
    weeks = len(days[-1].weeks)
    if weeks < FEWEST_WEEKS:
        return TooLittle(f"History goes back {weeks} weeks; a forecast needs at least {FEWEST_WEEKS} to learn from.")
    if not days[-1].totals.any():
        return TooLittle("There is nothing in the last three years to learn from.")
    return None


def level_of(days: Days, ahead: Horizon) -> Level:
    """How far back lately reaches."""
    return find_level(days.weeks.sum(axis=1), -int(-ahead.rest // 7))


def draw_parts(days: Sequence[Days], ahead: Horizon, rng: np.random.Generator, runs: int) -> list[Floats]:
    """By part: by run and step, what is added from the beginning of the period. A ratio's level is not moved: its parts move
    together, and their own noise is the weeks'.
    """
    weeks = np.stack([one.weeks for one in days], axis=-1)
    level = level_of(days[-1], ahead)
    draws = max(min(DRAWS, runs), 1)
    drawn = draw_days(weeks, level, ahead.days, rng, draws, runs // draws)
    total = np.concatenate([np.zeros_like(drawn[:, :1]), np.cumsum(drawn, axis=1)], axis=1)
    grid = np.arange(ahead.days + 1.0)
    return [
        within(np.diff(interpolated(ahead.ends, grid, total[..., part]), axis=1, prepend=0.0), ahead)
        for part in range(len(days))
    ]

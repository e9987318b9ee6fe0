"""A forecast from the open pipeline: who is where on the way now, how such units went on before, who sets out, what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from alignment.people.selectors import Somebody
from kpis.forecasts.daily import Days
from kpis.forecasts.drawing import within
from kpis.forecasts.hazards import Floats, Table, drawn_hazards, tabulate
from kpis.forecasts.horizon import Horizon
from kpis.forecasts.pipeline import Arrivals, arrivals, chances, draw_coming, draw_there
from kpis.forecasts.queries.amounts import read_amounts
from kpis.forecasts.queries.spells import Way, read_history
from kpis.forecasts.recent import FEWEST_WEEKS, Level, find_level
from kpis.forecasts.worths import Worths, draw_worth, worths
from kpis.reports.params import ReportParams

DRAWS = 50
FEWEST_GOALS = 10
WINDOWS = (8, 13, 26, 52, 104)


@dataclass(frozen=True)
class Pipeline:
    """What a forecast is made from. `priced` None: what arrives is counted, not added up. `pace`: over how many recent weeks going
    on was watched, and how far it may change from here.
    """

    table: Table
    came: Arrivals
    priced: Worths | None
    pace: Level

    @property
    def built_from(self) -> dict[str, int | str]:
        """In numbers."""
        return {
            "on_the_way": int(self.table.open.sum()),
            "ended_before": int(self.table.left.sum()),
            "reached_before": self.table.goals,
            "weeks_of_arrivals": len(self.came.weeks),
            "recent_weeks": self.came.level.weeks,
            "weeks_watched": self.pace.weeks,
        }


@dataclass(frozen=True)
class TooLittle:
    """Why there is no forecast."""

    sentence: str


def read_pipeline(
    way: Way, goals: Days, money: str | None, params: ReportParams, user: Somebody | None, ahead: Horizon
) -> Pipeline | TooLittle:
    """History as known at the origin, or why it is too small. `goals`: how many reached the goal, day by day."""
    if goals.totals.sum() < FEWEST_GOALS:
        there = int(goals.totals.sum())
        return TooLittle(f"Only {there} got there so far; a forecast needs at least {FEWEST_GOALS} to learn from.")
    if len(goals.weeks) < FEWEST_WEEKS:
        return TooLittle(f"History goes back {len(goals.weeks)} weeks; a forecast needs at least {FEWEST_WEEKS}.")
    pace = find_level(goals.weeks.sum(axis=1), -int(-ahead.rest // 7), WINDOWS, units=True)
    history = read_history(way, params, user, params.as_of - timedelta(weeks=pace.weeks))
    parts = {one.segment for one in history.spells} | {one.segment for one in history.entries}
    segments = tuple(sorted(parts, key=lambda part: (part is None, part or "")))
    table = tabulate(history, segments)
    priced = None
    if money is not None:
        read = read_amounts(money, params, user)
        if any(one.amount is None for one in read):
            return TooLittle(
                "Some amounts have no rate of exchange, so there is no forecast; add the rate that is missing."
            )
        if not read:
            return TooLittle("No deal of the last two years has an amount, so there is nothing to add up.")
        priced = worths(read, segments)
    return Pipeline(table, arrivals(history.entries, table, ahead.rest), priced, pace)


def draw_pipeline(found: Pipeline, ahead: Horizon, rng: np.random.Generator, runs: int) -> Floats:
    """By run and step, what is added from the beginning of the period to the end of the step."""
    each = max(runs // DRAWS, 10)
    hazards = drawn_hazards(found.table, rng, found.pace.factors(rng, max(runs // each, 1)))
    known = chances(hazards, found.table, found.came.mix, ahead)
    counts = draw_there(known, len(found.table.segments), rng, each) + draw_coming(known, found.came, ahead, rng, each)
    worth = counts.sum(axis=-1) if found.priced is None else draw_worth(counts, found.priced, rng)
    return within(worth.reshape(-1, worth.shape[-1]), ahead)


def expected(found: Pipeline, hazards: Floats, ahead: Horizon, *, more: float = 1.0) -> float:
    """The mean of what is added in the period, by these hazards (state, segment, bin, destination) and `more` times the arrivals."""
    known = chances(hazards[None], found.table, found.came.mix, ahead)
    by_part = np.zeros(len(found.table.segments))
    start = known.there[0, :, ahead.first - 1] if ahead.first else 0.0
    np.add.at(by_part, known.segment, known.cells * (known.there[0, :, ahead.last] - start))
    day = np.arange(0.5, ahead.rest)
    reached = known.coming[0]
    begins = ahead.ends[ahead.first - 1] if ahead.first else 0.0
    for part, weekly in enumerate(found.came.a_week):
        by_end = np.interp(ahead.rest - day + 0.5, known.points, reached[part]).sum()
        early = day[day < begins]
        by_begin = np.interp(begins - early + 0.5, known.points, reached[part]).sum()
        by_part[part] += more * weekly / 7 * (by_end - by_begin)
    return float(by_part.sum() if found.priced is None else by_part @ found.priced.means)

"""Histories of ways to a goal, made by hand, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from kpis.forecasts.from_pipeline import Pipeline, draw_pipeline
from kpis.forecasts.hazards import Floats, tabulate
from kpis.forecasts.horizon import Horizon, horizon
from kpis.forecasts.pipeline import arrivals
from kpis.forecasts.queries.spells import Entries, History, Seen, Spells
from kpis.forecasts.recent import Level
from kpis.forecasts.target import Span

PERIOD = Span(date(2024, 6, 1), date(2024, 7, 1), ZoneInfo("UTC"))
NOW = datetime(2024, 6, 1, tzinfo=UTC)
STEADY = Level(26, 0.0, 100.0)


def ahead() -> Horizon:
    return horizon(PERIOD, NOW)


def a_way(
    *, ended: dict[tuple[str, int], int], there: dict[int, int] | None = None, a_day: int = 0, state: str = "deal"
) -> Pipeline:
    """One state: so many `ended` by (where to, after so many days), so many `there` by age in days, so many new ones `a_day`."""
    spells = [Spells(state, None, dest, 1 + days, False, n) for (dest, days), n in ended.items()]
    spells += [Spells(state, None, None, 1 + days, True, n) for days, n in (there or {}).items()]
    seen = (Seen(state, None, 0, sum(one.n for one in spells)),)
    entries = tuple(Entries(days, state, None, a_day) for days in range(7 * 30) if a_day)
    table = tabulate(History(tuple(spells), seen, entries), (None,))
    came = arrivals(entries, table, 30)
    return Pipeline(table, type(came)(came.weeks, STEADY, came.mix), None, STEADY)


def ends(found: Pipeline, runs: int = 2000) -> Floats:
    """What is added by the end of the period, by run."""
    over = ahead()
    drawn: Floats = draw_pipeline(found, over, np.random.default_rng(1), runs)[:, over.last]
    return drawn

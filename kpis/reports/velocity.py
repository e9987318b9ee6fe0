"""Velocity: how long each step takes, for those who made it and for all who might."""

from __future__ import annotations

from alignment.people.selectors import Somebody
from kpis.reports.funnel import figures_of, group_of, sort_key, stages_from_start
from kpis.reports.params import ReportParams
from kpis.reports.queries.funnel import StageFigures
from kpis.reports.queries.velocity import read_survival
from kpis.reports.survival import NOBODY, Survival
from kpis.snapshot import one_snapshot


@one_snapshot()
def velocity(params: ReportParams, user: Somebody | None = None) -> dict[str, object]:
    """The velocity report as contracted: percentiles of `entered` to `entered`, and Kaplan–Meier of `reached` to `reached`."""
    survival = read_survival(params, user)
    stages = stages_from_start(params)
    first = params.stages.ordinal(params.start_stage)
    groups = []
    for figures in sorted(figures_of(params, user), key=lambda found: sort_key(found.group)):
        steps = [
            _step(stages[n - 1].key, stages[n].key, figures.stages[n], survival.get((figures.group, first + n), NOBODY))
            for n in range(1, len(stages))
        ]
        groups.append({"group": group_of(params, figures.group), "steps": steps})
    return {**params.heading(), "start_stage": params.start_stage, "groups": groups}


def _step(left: str, entered: str, figures: StageFigures, survival: Survival) -> dict[str, object]:
    n = figures.step_n or 0
    return {
        "from": left,
        "to": entered,
        "n": n,
        "skipped": figures.reached - n,
        "p50_seconds": figures.step[0],
        "p75_seconds": figures.step[1],
        "p90_seconds": figures.step[2],
        "from_start_p50_seconds": figures.from_start[0],
        "km_n": survival.n,
        "km_events": survival.events,
        "km_median_seconds": survival.median_seconds,
        "km_reached_30d": survival.reached_30d,
        "km_reached_90d": survival.reached_90d,
        "km_reached_180d": survival.reached_180d,
    }

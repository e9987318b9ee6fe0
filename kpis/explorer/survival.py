"""Survival: of those who could make a step, what share has made it after so long? As curves with their bands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from alignment.people.selectors import Somebody
from kpis.explorer.queries.survival import Level, read_levels
from kpis.reports.funnel import group_of, sort_key, stages_from_start
from kpis.reports.params import ReportParams
from kpis.reports.queries.velocity import read_survival
from kpis.reports.survival import NOBODY, Survival
from kpis.snapshot import one_snapshot

DAYS = (7, 30, 90, 180)
"""The days at which tables tell a curve."""

DAY = 86_400
MOST = 400
"""Levels of a curve that a picture can show."""


def thinned(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document for a page: of long curves so many levels that the eye sees no difference, and those around `DAYS` as they are."""
    return {
        **document,
        "groups": [
            {**group, "steps": [{**step, "points": _thinned(step["points"])} for step in group["steps"]]}
            for group in document["groups"]
        ],
    }


def _thinned(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if len(points) <= MOST:
        return list(points)
    seconds = [point["seconds"] for point in points]
    places = {0, len(points) - 1, *(round(n * (len(points) - 1) / MOST) for n in range(MOST))}
    for day in DAYS:
        first_after, last_before = bisect_left(seconds, day * DAY), bisect_right(seconds, day * DAY) - 1
        places |= {place for place in (first_after, last_before) if 0 <= place < len(points)}
    return [points[place] for place in sorted(places)]


@one_snapshot()
def survival(params: ReportParams, user: Somebody | None = None) -> dict[str, object]:
    """The survival report as contracted: Kaplan–Meier of each step as the velocity report has it, level by level, with 95 % bands.

    Groups are those with a lead in the cohort.
    """
    figures, levels = read_survival(params, user), read_levels(params, user)
    groups = sorted({group for group, _k in figures}, key=sort_key) or ([] if params.by else [()])
    first = params.stages.ordinal(params.start_stage)
    stages = stages_from_start(params)
    steps = [
        (first + n, stages[n - 1].key, stages[n].key)
        for n in range(1, len(stages))
        if params.to_stage in (None, stages[n].key)
    ]
    return {
        **params.heading(),
        "start_stage": params.start_stage,
        "to_stage": params.to_stage,
        "groups": [
            {
                "group": group_of(params, group),
                "steps": [
                    _step(left, to, figures.get((group, k), NOBODY), levels.get((group, k), []))
                    for k, left, to in steps
                ],
            }
            for group in groups
        ],
    }


def _step(left: str, to: str, figures: Survival, levels: list[Level]) -> dict[str, object]:
    return {
        "from": left,
        "to": to,
        "n": figures.n,
        "events": figures.events,
        "median_seconds": figures.median_seconds,
        "points": [
            {
                "seconds": level.seconds,
                "at_risk": level.at_risk,
                "made": level.made,
                "survival": level.survival,
                "survival_low": level.low,
                "survival_high": level.high,
            }
            for level in levels
        ],
    }

"""The flow of a period: what came into each stage and what left it, and where to. Every pass counts."""

from __future__ import annotations

from collections import Counter

from alignment.people.selectors import Somebody
from kpis.reports.funnel import group_of, sort_key
from kpis.reports.params import ReportParams
from kpis.reports.queries.flow import Move, read_moves
from kpis.snapshot import one_snapshot


@one_snapshot()
def flow(params: ReportParams, user: Somebody | None = None) -> dict[str, object]:
    """The flow report as contracted. Stock at start + in − out = stock at end, for every stage."""
    moves, groups = read_moves(params, user)
    return {
        **params.heading(),
        "groups": [
            {
                "group": group_of(params, group),
                "stages": _stages(params, [move for move in moves if move.group == group]),
            }
            for group in sorted(groups, key=sort_key)
        ],
    }


def _stages(params: ReportParams, moves: list[Move]) -> list[dict[str, object]]:
    into: Counter[str] = Counter()
    out_to: dict[str, Counter[str]] = {stage.key: Counter() for stage in params.stages.stages}
    for move in moves:
        into[move.entered] += move.count
        if move.left is not None:
            out_to[move.left][move.entered] += move.count
    return [
        {
            "stage": stage.key,
            "title": stage.title,
            "position": stage.position,
            "in": into[stage.key],
            "out": out_to[stage.key].total(),
            "out_to": dict(out_to[stage.key]),
        }
        for stage in params.stages.stages
    ]

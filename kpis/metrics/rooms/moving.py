"""How leads move through the funnel: into each stage and out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpis.metrics.declaring import BOTH, Better, Metric, Summed, Unit
from kpis.metrics.queries.moves import MOVES
from leads.definitions.describing import joined
from leads.funnel.stage_sets import StageSet, StageTerms

ROOM = "Through the funnel"


def metrics(stages: StageSet) -> Sequence[Metric]:
    """Of every stage the three counts that it has."""
    return [
        *(_reached(stage, stages) for stage in stages.forward),
        *(_entered(stage, stages) for stage in stages.stages),
        *(_left(stage, stages) for stage in stages.stages),
    ]


def controlled_up_to(stage: StageTerms, stages: StageSet) -> Mapping[str, str]:
    """Who moves what reaches a stage: the sides of the forward stages up to it. Off the path, both do."""
    if not stage.is_forward:
        return dict.fromkeys(BOTH, f"what goes to {stage.title} and what comes back")
    up_to: dict[str, list[str]] = {}
    for one in stages.forward[: stages.ordinal(stage.key)]:
        up_to.setdefault("sales" if one.side == "partner" else one.side, []).append(one.title)
    return {side: f"who gets to {joined(titles, 'and')}" for side, titles in up_to.items()}


def better(stage: StageTerms) -> Better:
    """More of a forward stage is better, more of giving up worse."""
    return Better.UP if stage.is_forward else Better.DOWN


def _reached(stage: StageTerms, stages: StageSet) -> Metric:
    return Summed(
        key=f"reached.{stage.key}",
        title=f"Reached {stage.title}",
        sentence=f"Leads that got as far as {stage.title}, or further, for the first time in the period.",
        unit=Unit.COUNT,
        better=Better.UP,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        family=MOVES,
    )


def _entered(stage: StageTerms, stages: StageSet) -> Metric:
    return Summed(
        key=f"entered.{stage.key}",
        title=f"Into {stage.title}",
        sentence=f"Changes into {stage.title} in the period; a lead that comes again counts again.",
        unit=Unit.COUNT,
        better=better(stage),
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        family=MOVES,
    )


def _left(stage: StageTerms, stages: StageSet) -> Metric:
    return Summed(
        key=f"left.{stage.key}",
        title=f"Out of {stage.title}",
        sentence=f"Changes out of {stage.title} in the period, wherever to.",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        family=MOVES,
    )

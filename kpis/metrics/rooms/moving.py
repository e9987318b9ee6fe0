"""How leads move through the funnel: into each stage and out of it, who stands in it and how long they stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpis.metrics import computed
from kpis.metrics.declaring import BOTH, Better, Computed, Metric, Summed, Unit
from kpis.metrics.queries.moves import MOVES
from kpis.metrics.queries.stays import ENDED_STAYS, STANDING_STAYS
from leads.definitions.describing import joined
from leads.funnel.stage_sets import StageSet, StageTerms

ROOM = "Through the funnel"


def metrics(stages: StageSet) -> Sequence[Metric]:
    """Every stage's."""
    return [
        *(_reached(stage, stages) for stage in stages.forward),
        *(_entered(stage, stages) for stage in stages.stages),
        *(_left(stage, stages) for stage in stages.stages),
        *(metric for stage in stages.stages for metric in _standing(stage)),
    ]


def side_of(stage: StageTerms) -> str:
    """A channel partner counts as sales."""
    return "sales" if stage.side == "partner" else stage.side


def controlled_up_to(stage: StageTerms, stages: StageSet) -> Mapping[str, str]:
    """Who moves what reaches a stage: the sides of the forward stages up to it. Off the path, both do."""
    if not stage.is_forward:
        return dict.fromkeys(BOTH, f"what goes to {stage.title} and what comes back")
    up_to: dict[str, list[str]] = {}
    for one in stages.forward[: stages.ordinal(stage.key)]:
        up_to.setdefault(side_of(one), []).append(one.title)
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


def _standing(stage: StageTerms) -> Sequence[Metric]:
    controls = {side_of(stage): f"how long leads stay in {stage.title}"}
    lines = (STANDING_STAYS, f"open.{stage.key}")
    ended = (ENDED_STAYS, f"time_in_stage.{stage.key}")
    return (
        Computed(
            key=f"open.{stage.key}",
            title=f"In {stage.title}",
            sentence=f"Leads in {stage.title} at the end of the period, or now where that is still to come.",
            unit=Unit.COUNT,
            better=Better.NEITHER,
            room=ROOM,
            controls=controls,
            compute=computed.how_many(*lines),
            follows=(MOVES,),
            opens=(*lines, Unit.SECONDS),
            otherwise=Decimal(0),
        ),
        Computed(
            key=f"open_age.{stage.key}",
            title=f"Time so far in {stage.title}",
            sentence=f"The median time that the leads in {stage.title} at the end of the period had been there for.",
            unit=Unit.SECONDS,
            better=Better.DOWN,
            room=ROOM,
            controls=controls,
            compute=computed.middle(*lines),
            follows=(MOVES,),
            opens=(*lines, Unit.SECONDS),
        ),
        Computed(
            key=f"open_old.{stage.key}",
            title=f"More than 30 days in {stage.title}",
            sentence=f"Leads that at the end of the period had been in {stage.title} for more than 30 days.",
            unit=Unit.COUNT,
            better=Better.DOWN,
            room=ROOM,
            controls=controls,
            compute=computed.how_many_old(*lines),
            follows=(MOVES,),
            opens=(*lines, Unit.SECONDS),
            otherwise=Decimal(0),
        ),
        Computed(
            key=f"time_in_stage.{stage.key}",
            title=f"Time in {stage.title}",
            sentence=f"The median length of the stays in {stage.title} that ended in the period.",
            unit=Unit.SECONDS,
            better=Better.DOWN if stage.is_forward else Better.NEITHER,
            room=ROOM,
            controls=controls,
            compute=computed.middle(*ended),
            follows=(MOVES,),
            by_period=True,
            opens=(*ended, Unit.SECONDS),
        ),
    )

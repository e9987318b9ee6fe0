"""How many of those who came in get further, and how fast? Of the cohort of a period, those who have had the whole window since."""

from __future__ import annotations

from collections.abc import Sequence

from kpis.metrics import computed
from kpis.metrics.declaring import Better, Computed, Metric, Ratio, Summed, Unit
from kpis.metrics.queries.cohorts import COHORTS
from kpis.metrics.queries.moves import MOVES
from kpis.metrics.queries.steps import STEPS
from kpis.metrics.rooms.moving import controlled_up_to
from leads.funnel.stage_sets import StageSet, StageTerms

ROOM = "How far they come"
PERCENTILES = (50, 75, 90)


def metrics(stages: StageSet) -> Sequence[Metric]:
    """Of every forward stage how many of a cohort came so far; of every step its conversion and its time."""
    first, *others = stages.forward
    return [
        *(_cohort(stage, stages) for stage in stages.forward),
        *(_conversion(before, stage, stages) for before, stage in zip(stages.forward, others, strict=False)),
        *(_from_start(first, stage, stages) for stage in others),
        *(_percentile(stage, p, stages) for stage in others for p in range(len(PERCENTILES))),
        *(_survival(stage, stages) for stage in others),
    ]


def _cohort(stage: StageTerms, stages: StageSet) -> Metric:
    first = stages.forward[0]
    came = (
        f"came as far as {stage.title} within the window" if stage is not first else "have had the whole window since"
    )
    return Summed(
        key=f"cohort.{stage.key}",
        title=f"Cohort in {stage.title}",
        sentence=f"Of the leads that reached {first.title} in the period, at least a window of 90 days ago, those that {came}.",
        unit=Unit.COUNT,
        better=Better.UP,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        windowed=True,
        family=COHORTS,
    )


def _conversion(before: StageTerms, stage: StageTerms, stages: StageSet) -> Metric:
    return Ratio(
        key=f"conversion.{stage.key}",
        title=f"{before.title} → {stage.title}",
        sentence=f"Of the mature cohort's leads that came as far as {before.title} in the window, the share that came to {stage.title}.",
        unit=Unit.SHARE,
        better=Better.UP,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        windowed=True,
        over=f"cohort.{stage.key}",
        under=f"cohort.{before.key}",
    )


def _from_start(first: StageTerms, stage: StageTerms, stages: StageSet) -> Metric:
    return Ratio(
        key=f"conversion_from_start.{stage.key}",
        title=f"{first.title} to {stage.title}, all the way",
        sentence=f"Of the mature cohort's leads, the share that came from {first.title} to {stage.title} in the window.",
        unit=Unit.SHARE,
        better=Better.UP,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        windowed=True,
        over=f"cohort.{stage.key}",
        under=f"cohort.{first.key}",
    )


def _percentile(stage: StageTerms, p: int, stages: StageSet) -> Metric:
    before = stages.forward[stages.ordinal(stage.key) - 2]
    part = "half" if p == 0 else f"{PERCENTILES[p]} %"
    return Computed(
        key=f"step_p{PERCENTILES[p]}.{stage.key}",
        title=f"{before.title} → {stage.title}, {part} within",
        sentence=f"The time within which {part} of the cohort's leads that entered {before.title} and then {stage.title} did so.",
        unit=Unit.SECONDS,
        better=Better.DOWN,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        windowed=True,
        compute=computed.step(stages.ordinal(stage.key), p, stages),
        follows=(COHORTS, MOVES),
        by_period=True,
        opens=(STEPS, f"step.{stage.key}", Unit.SECONDS),
    )


def _survival(stage: StageTerms, stages: StageSet) -> Metric:
    before = stages.forward[stages.ordinal(stage.key) - 2]
    return Computed(
        key=f"step_km.{stage.key}",
        title=f"{before.title} → {stage.title}, those still waiting included",
        sentence=f"The Kaplan–Meier median of the time from reaching {before.title} to reaching {stage.title}: by then half have.",
        unit=Unit.SECONDS,
        better=Better.DOWN,
        room=ROOM,
        controls=controlled_up_to(stage, stages),
        windowed=True,
        compute=computed.survival(stages.ordinal(stage.key)),
        follows=(COHORTS, MOVES),
        by_period=True,
        opens=(STEPS, f"chance.{stage.key}", Unit.SECONDS),
    )

"""How many leads of a cohort reached each stage, in the window and at all, and how fast?"""

from __future__ import annotations

from itertools import pairwise
from typing import TypedDict

from tests.oracles.cohort import Cohort, Member, cohorts, window
from tests.oracles.facts import World
from tests.oracles.percentiles import MEDIAN, UPPER_QUARTER, UPPER_TENTH, percentile_seconds
from tests.oracles.question import Group, Heading, Question, heading
from tests.oracles.shares import share, wilson
from tests.oracles.stage_set import StageDef, StageSet
from tests.oracles.steps import measure_step


class FunnelStage(TypedDict):
    stage: str
    position: int | None
    reached: int
    reached_in_window: int
    mature_in_window: int
    conversion_from_start: float | None
    conversion_from_previous: float | None
    wilson_low: float | None
    wilson_high: float | None
    from_start_p50_seconds: int | None
    from_start_p75_seconds: int | None
    from_start_p90_seconds: int | None
    step_n: int | None
    step_skipped: int | None
    step_p50_seconds: int | None
    step_p75_seconds: int | None
    step_p90_seconds: int | None


class FunnelGroup(TypedDict):
    group: Group
    entered: int
    mature: int
    stages: list[FunnelStage]


class Funnel(Heading):
    groups: list[FunnelGroup]


def funnel(world: World, stages: StageSet, question: Question) -> Funnel:
    """The whole answer of `report funnel`, but for when it was computed."""
    path = stages.from_start(question.start_stage)
    groups = [funnel_group(cohort, path, question) for cohort in cohorts(world, stages, question)]
    return {**heading(question, stages), "groups": groups}


def funnel_group(cohort: Cohort, path: tuple[StageDef, ...], question: Question) -> FunnelGroup:
    mature = tuple(m for m in cohort.members if m.started + window(question) <= question.as_of)
    rows = [start_row(cohort.members, mature, path[0], question)]
    for previous, stage in pairwise(path):
        rows.append(later_row(cohort.members, mature, path[0], previous, stage, question))
    return {"group": cohort.group, "entered": len(cohort.members), "mature": len(mature), "stages": rows}


def start_row(
    members: tuple[Member, ...], mature: tuple[Member, ...], stage: StageDef, question: Question
) -> FunnelStage:
    """The start has no stage before it, so neither a conversion from there nor a step."""
    in_window = count_in_window(mature, stage, question)
    from_start = [member.reached[stage.key] - member.started for member in members]
    return {
        "stage": stage.key,
        "position": stage.position,
        "reached": len(from_start),
        "reached_in_window": count_in_window(members, stage, question),
        "mature_in_window": in_window,
        "conversion_from_start": share(in_window, in_window),
        "conversion_from_previous": None,
        "wilson_low": None,
        "wilson_high": None,
        "from_start_p50_seconds": percentile_seconds(from_start, MEDIAN),
        "from_start_p75_seconds": percentile_seconds(from_start, UPPER_QUARTER),
        "from_start_p90_seconds": percentile_seconds(from_start, UPPER_TENTH),
        "step_n": None,
        "step_skipped": None,
        "step_p50_seconds": None,
        "step_p75_seconds": None,
        "step_p90_seconds": None,
    }


def later_row(
    members: tuple[Member, ...],
    mature: tuple[Member, ...],
    start: StageDef,
    previous: StageDef,
    stage: StageDef,
    question: Question,
) -> FunnelStage:
    in_window = count_in_window(mature, stage, question)
    before = count_in_window(mature, previous, question)
    limits = wilson(in_window, before)
    from_start = [m.reached[stage.key] - m.started for m in members if stage.key in m.reached]
    step = measure_step(members, previous.key, stage.key)
    return {
        "stage": stage.key,
        "position": stage.position,
        "reached": len(from_start),
        "reached_in_window": count_in_window(members, stage, question),
        "mature_in_window": in_window,
        "conversion_from_start": share(in_window, count_in_window(mature, start, question)),
        "conversion_from_previous": share(in_window, before),
        "wilson_low": limits.low if limits else None,
        "wilson_high": limits.high if limits else None,
        "from_start_p50_seconds": percentile_seconds(from_start, MEDIAN),
        "from_start_p75_seconds": percentile_seconds(from_start, UPPER_QUARTER),
        "from_start_p90_seconds": percentile_seconds(from_start, UPPER_TENTH),
        "step_n": len(step.durations),
        "step_skipped": step.skipped,
        "step_p50_seconds": percentile_seconds(step.durations, MEDIAN),
        "step_p75_seconds": percentile_seconds(step.durations, UPPER_QUARTER),
        "step_p90_seconds": percentile_seconds(step.durations, UPPER_TENTH),
    }


def count_in_window(members: tuple[Member, ...], stage: StageDef, question: Question) -> int:
    """A step at exactly W x 24 hours is in the window."""
    return sum(
        member.reached[stage.key] - member.started <= window(question)
        for member in members
        if stage.key in member.reached
    )

"""How long does each step take: for those who made it, and with those who have not made it yet?"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TypedDict

from tests.oracles.cohort import Cohort, cohorts
from tests.oracles.facts import World
from tests.oracles.percentiles import MEDIAN, UPPER_QUARTER, UPPER_TENTH, percentile_seconds
from tests.oracles.question import Group, Heading, Question, heading
from tests.oracles.stage_set import StageSet
from tests.oracles.steps import measure_step
from tests.oracles.survival import Survival, Wait, survival

# "from" is a keyword, so this one cannot be written as a class.
VelocityStep = TypedDict(
    "VelocityStep",
    {
        "from": str,
        "to": str,
        "n": int,
        "skipped": int,
        "p50_seconds": int | None,
        "p75_seconds": int | None,
        "p90_seconds": int | None,
        "km_n": int,
        "km_events": int,
        "km_median_seconds": int | None,
        "km_reached_30d": float | None,
        "km_reached_90d": float | None,
        "km_reached_180d": float | None,
    },
)


class VelocityGroup(TypedDict):
    group: Group
    steps: list[VelocityStep]


class Velocity(Heading):
    groups: list[VelocityGroup]


def velocity(world: World, stages: StageSet, question: Question) -> Velocity:
    """The whole answer of `report velocity`, over the cohorts of the period."""
    pairs = [(a.key, b.key) for a, b in pairwise(stages.from_start(question.start_stage))]
    groups: list[VelocityGroup] = []
    for cohort in cohorts(world, stages, question):
        steps = [velocity_step(cohort, before, to, question.as_of) for before, to in pairs]
        groups.append({"group": cohort.group, "steps": steps})
    return {**heading(question, stages), "groups": groups}


def velocity_step(cohort: Cohort, before: str, to: str, as_of: datetime) -> VelocityStep:
    step = measure_step(cohort.members, before, to)
    curve = wait_for_step(cohort, before, to, as_of)
    return {
        "from": before,
        "to": to,
        "n": len(step.durations),
        "skipped": step.skipped,
        "p50_seconds": percentile_seconds(step.durations, MEDIAN),
        "p75_seconds": percentile_seconds(step.durations, UPPER_QUARTER),
        "p90_seconds": percentile_seconds(step.durations, UPPER_TENTH),
        "km_n": curve.at_risk,
        "km_events": curve.events,
        "km_median_seconds": curve.median_seconds(),
        "km_reached_30d": curve.made_by(30),
        "km_reached_90d": curve.made_by(90),
        "km_reached_180d": curve.made_by(180),
    }


def wait_for_step(cohort: Cohort, before: str, to: str, as_of: datetime) -> Survival:
    """Everybody who reached the one stage waits for the other, whatever became of them, until `as_of`."""
    return survival(
        Wait(member.reached.get(to, as_of) - member.reached[before], to in member.reached)
        for member in cohort.members
        if before in member.reached
    )

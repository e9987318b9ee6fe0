"""How long did a step from one stage to the next take, and how many skipped it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.oracles.cohort import Member


@dataclass(frozen=True)
class Step:
    """`durations` of those that entered both stages in that order; `skipped`: the others that reached `to`."""

    durations: tuple[timedelta, ...]
    skipped: int


def measure_step(members: tuple[Member, ...], before: str, to: str) -> Step:
    durations = tuple(
        member.entered[to] - member.entered[before]
        for member in members
        if before in member.entered and to in member.entered and member.entered[before] <= member.entered[to]
    )
    reached = sum(to in member.reached for member in members)
    return Step(durations, reached - len(durations))

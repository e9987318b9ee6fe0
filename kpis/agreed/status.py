"""How does a KPI stand in a period? Pure rules of domain.md, "Status"; asked by scorecard, pages, API and digest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ON_TRACK_FROM, MISSED_BELOW = 0.70, 0.01


class Status(StrEnum):
    """`met` and `missed` are final, but for revisions; `no_target`: nothing is agreed of this period."""

    MET = "met"
    MISSED = "missed"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"


TITLES = {
    Status.MET: "Met",
    Status.MISSED: "Missed",
    Status.ON_TRACK: "On track",
    Status.AT_RISK: "At risk",
    Status.NO_DATA: "No data",
    Status.NO_TARGET: "No target",
}


@dataclass(frozen=True)
class Standing:
    """What is known. `grows`: the value is a sum that only grows while the period runs. `expected`: the target so far."""

    value: Decimal | None
    target: Decimal | None
    direction: str
    ended: bool
    grows: bool = False
    chance: float | None = None
    expected: Decimal | None = None
    stale: bool = False


@dataclass(frozen=True)
class Verdict:
    """A status, and why, in a sentence."""

    status: Status
    reason: str

    @property
    def title(self) -> str:
        return TITLES[self.status]


def judge(one: Standing) -> Verdict:
    """By what came where the period is over, else by the chance; without a forecast by the target so far."""
    if one.target is None:
        return Verdict(Status.NO_TARGET, "No target is agreed for this period.")
    if one.value is None:
        return Verdict(Status.NO_DATA, "There is no value: nothing happened yet that it could be computed from.")
    if one.ended:
        met = reached(one.value, one.target, one.direction)
        return (
            Verdict(Status.MET, "The period is over: the target was met.")
            if met
            else Verdict(Status.MISSED, "The period is over: the target was not met.")
        )
    if one.stale:
        return Verdict(Status.NO_DATA, "The numbers are older than two intervals: nothing can be said of now.")
    return _final(one, one.value, one.target) or _ahead(one, one.value)


def reached(value: Decimal, target: Decimal, direction: str) -> bool:
    """Whether the target is met by this value."""
    return value <= target if direction == "down" else value >= target


def _final(one: Standing, value: Decimal, target: Decimal) -> Verdict | None:
    """What a growing sum has settled before the end."""
    if not one.grows:
        return None
    if one.direction == "up" and value >= target:
        return Verdict(Status.MET, "The target is reached, and the sum only grows.")
    if one.direction == "down" and value > target:
        return Verdict(Status.MISSED, "It is beyond the target by now, and the sum only grows.")
    return None


def _ahead(one: Standing, value: Decimal) -> Verdict:
    if one.chance is not None:
        words = f"The chance to meet it is {_chance(one.chance)}."
        if one.chance >= ON_TRACK_FROM:
            return Verdict(Status.ON_TRACK, words)
        return Verdict(Status.MISSED if one.chance < MISSED_BELOW else Status.AT_RISK, words)
    by_line = "There is no forecast: judged by the target so far."
    if one.expected is None or reached(value, one.expected, one.direction):
        return Verdict(Status.ON_TRACK, by_line)
    return Verdict(Status.AT_RISK, by_line)


def _chance(chance: float) -> str:
    if chance < MISSED_BELOW:
        return "below 1 %"
    return "above 99 %" if chance > 1 - MISSED_BELOW else f"{chance * 100:.0f} %"

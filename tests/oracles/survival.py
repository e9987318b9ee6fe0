"""When is a step made, counting those who have not made it yet (Kaplan-Meier, in exact fractions)?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from tests.oracles.percentiles import HALF, MICROSECOND, round_half_up


@dataclass(frozen=True)
class Wait:
    """How long one lead waited; `made` says whether the wait ended with the step or is cut off."""

    length: timedelta
    made: bool


@dataclass(frozen=True)
class Survival:
    """S(t) as its drops: (event time, share that still waits from then on), in order of time."""

    at_risk: int
    events: int
    drops: tuple[tuple[timedelta, Fraction], ...]

    def waiting(self, t: timedelta) -> Fraction:
        """S(t); after the last observation the curve stays where it is."""
        return next((s for time, s in reversed(self.drops) if time <= t), Fraction(1))

    def median_seconds(self) -> int | None:
        """The least t with S(t) <= 1/2, rounded half up."""
        below = [time for time, s in self.drops if s <= HALF]
        return round_half_up(Fraction(below[0] // MICROSECOND, 1_000_000)) if below else None

    def made_by(self, days: int) -> float | None:
        """1 - S at so many times 24 hours; None where nobody waits."""
        return float(1 - self.waiting(timedelta(days=days))) if self.at_risk else None


def survival(waits: Iterable[Wait]) -> Survival:
    """At ties an event comes before a cut-off: who is cut off at t was still at risk at t."""
    known = list(waits)
    share = Fraction(1)
    drops: list[tuple[timedelta, Fraction]] = []
    for time in sorted({wait.length for wait in known if wait.made}):
        at_risk = sum(wait.length >= time for wait in known)
        events = sum(wait.made and wait.length == time for wait in known)
        share *= 1 - Fraction(events, at_risk)
        drops.append((time, share))
    return Survival(len(known), sum(wait.made for wait in known), tuple(drops))

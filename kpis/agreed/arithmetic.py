"""What does a goal need, and what does a budget bring? Today's rates multiplied along the funnel, with their uncertainty. Pure.

The interval of a product of rates is found by the method of variance estimates recovery (Zou and Donner 2008): on the logarithmic
scale, the distances of each rate to its own limits are added as squares, below and above apart. It takes the steps as independent,
which rates of successive steps of one cohort nearly are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt


@dataclass(frozen=True)
class Rate:
    """A factor with its 95 % interval; `high` None: not bounded. `said`: what it was computed from, in words."""

    value: float
    low: float
    high: float | None
    said: str = ""


@dataclass(frozen=True)
class Range:
    """A number with the interval that the rates leave; None where there is no bound, or no number at all."""

    value: float | None
    low: float | None
    high: float | None


CERTAIN = Rate(1.0, 1.0, 1.0)


def product(rates: Sequence[Rate]) -> Rate:
    """All of them, one after the other."""
    value, below, above = 1.0, 0.0, 0.0
    bounded_low, bounded_high = True, True
    for rate in rates:
        value *= rate.value
        if not rate.value:
            continue
        if rate.low > 0:
            below += log(rate.value / rate.low) ** 2
        else:
            bounded_low = False
        if rate.high is not None:
            above += log(rate.high / rate.value) ** 2
        else:
            bounded_high = False
    if not value:
        return Rate(0.0, 0.0, None)
    return Rate(
        value, value * exp(-sqrt(below)) if bounded_low else 0.0, value * exp(sqrt(above)) if bounded_high else None
    )


def needed(goal: float, rates: Sequence[Rate]) -> Range:
    """How much must go in so that `goal` comes out; nothing does where a rate is 0."""
    whole = product(rates)
    if not whole.value:
        return Range(None, None, None)
    return Range(
        goal / whole.value, goal / whole.high if whole.high else 0.0, goal / whole.low if whole.low > 0 else None
    )


def brought(given: float, rates: Sequence[Rate]) -> Range:
    """How much comes out of what is given."""
    whole = product(rates)
    return Range(given * whole.value, given * whole.low, None if whole.high is None else given * whole.high)


def inverse(rate: Rate) -> Rate | None:
    """One over it; None where it is 0."""
    if not rate.value:
        return None
    return Rate(1 / rate.value, 1 / rate.high if rate.high else 0.0, 1 / rate.low if rate.low > 0 else None, rate.said)

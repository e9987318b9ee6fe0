"""How is a deal shared among its touches? Seven models over arrays of many deals at once, and whole units by largest remainder.

Weights are whole numbers wherever the model has fractions, so that equal remainders are equal and go to the earlier touch. Pure: no
database. The touches of a deal stand together, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from kpis.attribution.arrays import Float64, Int64
from kpis.attribution.models import WHOLE

Weights = Int64 | Float64
NEVER = np.iinfo(np.int64).max
EXACT_INTEGERS, EXACT_FLOATS = 2**63 - 1, 2**50
DAY_MICROSECONDS = 86_400_000_000


@dataclass(frozen=True)
class Journeys:
    """`deal` is the place of each touch's deal, 0, 1, 2, …, none left out; `at` in microseconds; `effect` that of its channel.

    By deal: when its lead was created (NEVER reversed: unknown is less than every instant) and when it was opened.
    """

    deal: Int64
    at: Int64
    effect: Int64
    lead_created: Int64
    opened: Int64

    @cached_property
    def starts(self) -> Int64:
        """Where each deal's touches begin."""
        return np.flatnonzero(np.diff(self.deal, prepend=-1)).astype(np.int64)

    @cached_property
    def counts(self) -> Int64:
        """How many touches each deal has."""
        return np.diff(np.append(self.starts, len(self.deal))).astype(np.int64)

    @cached_property
    def place(self) -> Int64:
        """0, 1, 2, … within each deal."""
        return np.arange(len(self.deal), dtype=np.int64) - self.starts[self.deal]

    @cached_property
    def n(self) -> Int64:
        """How many touches the deal of each touch has."""
        return self.counts[self.deal]

    def sums(self, numbers: Int64) -> Int64:
        """A sum for each deal."""
        return np.add.reduceat(numbers, self.starts) if len(numbers) else numbers


def first(journeys: Journeys) -> Weights:
    weights: Int64 = (journeys.place == 0).astype(np.int64)
    return weights


def last(journeys: Journeys) -> Weights:
    weights: Int64 = (journeys.place == journeys.n - 1).astype(np.int64)
    return weights


def linear(journeys: Journeys) -> Weights:
    return np.ones(len(journeys.deal), dtype=np.int64)


def position(journeys: Journeys) -> Weights:
    """40 for the first, 40 for the last, 20 shared by those between; one alone has all, two have half each."""
    ends = (journeys.place == 0) | (journeys.place == journeys.n - 1)
    return np.where(ends & (journeys.n > 2), 2 * (journeys.n - 2), 1).astype(np.int64)


def w_shaped(journeys: Journeys) -> Weights:
    """30 for each role; the 10 shared by those without one, or pro rata: what nobody takes goes to the others alike."""
    roles = (journeys.place == 0).astype(np.int64)
    for border in (journeys.lead_created, journeys.opened):
        before = journeys.sums((journeys.at <= border[journeys.deal]).astype(np.int64))
        roles += journeys.place == before[journeys.deal] - 1
    rest = journeys.sums((roles == 0).astype(np.int64))[journeys.deal]
    return np.where(roles > 0, roles * np.where(rest > 0, 3 * rest, 1), 1).astype(np.int64)


def time_decay(journeys: Journeys, half_life_days: int) -> Weights:
    """2^(−age / half-life). The age is counted from the deal's last touch: that changes no share, and keeps powers of two exact."""
    newest = journeys.at[journeys.starts + journeys.counts - 1][journeys.deal]
    weights: Float64 = np.exp2(-(newest - journeys.at) / (half_life_days * DAY_MICROSECONDS))
    return weights


def data_driven(journeys: Journeys) -> Weights:
    """In proportion to the channels' removal effects; linear where all of a deal's are zero."""
    nothing = journeys.sums(journeys.effect) == 0
    return np.where(nothing[journeys.deal], 1, journeys.effect)


def weights_of(journeys: Journeys, half_life_days: int) -> Mapping[str, Weights]:
    """By model."""
    plain: tuple[Callable[[Journeys], Weights], ...] = (first, last, linear, position, w_shaped)
    return {
        **{model.__name__: model(journeys) for model in plain},
        "time_decay": time_decay(journeys, half_life_days),
        "data_driven": data_driven(journeys),
    }


def shares(journeys: Journeys, weights: Weights) -> Int64:
    """Parts of `WHOLE`, adding up to it for each deal."""
    whole = np.full(len(journeys.starts), WHOLE, dtype=np.int64)
    if weights.dtype == np.int64 and len(weights) and int(weights.max()) * WHOLE > EXACT_INTEGERS:
        weights = weights.astype(np.float64)
    return allotted(journeys, weights, whole)


def allotted(journeys: Journeys, weights: Weights, totals: Int64) -> Int64:
    """Each deal's total in whole units by largest remainder, ties to the earlier touch. A total less than 0 mirrors one above."""
    if not len(weights):
        return np.zeros(0, dtype=np.int64)
    sizes, most = np.abs(totals), np.maximum.reduceat(weights, journeys.starts)
    fits = sizes <= EXACT_INTEGERS // most if weights.dtype == np.int64 else sizes < EXACT_FLOATS
    units = _by_columns(journeys, weights, np.where(fits, sizes, 0))
    for deal in np.flatnonzero(~fits).tolist():
        span = slice(journeys.starts[deal], journeys.starts[deal] + journeys.counts[deal])
        units[span] = _one_by_one([Fraction(weight) for weight in weights[span].tolist()], int(sizes[deal]))
    return np.where(totals[journeys.deal] < 0, -units, units)


def _by_columns(journeys: Journeys, weights: Weights, sizes: Int64) -> Int64:
    deal = journeys.deal
    sums = np.add.reduceat(weights, journeys.starts)[deal]
    quotas = weights * sizes[deal]
    if weights.dtype == np.int64:
        units, remainders = np.divmod(quotas, sums)
    else:
        remainders = np.fmod(quotas, sums)
        units = np.rint((quotas - remainders) / sums).astype(np.int64)
    left = (sizes - journeys.sums(units))[deal]
    some = np.flatnonzero(left > 0)
    if not len(some):
        return units
    order = some[np.lexsort((journeys.place[some], -remainders[some], deal[some]))]
    of = deal[order]
    rank = np.arange(len(order)) - np.flatnonzero(np.diff(of, prepend=-1))[np.cumsum(np.diff(of, prepend=-1) != 0) - 1]
    units[order] += rank < left[order]
    return units


def _one_by_one(weights: list[Fraction], size: int) -> list[int]:
    """The same with numbers of any length."""
    whole = sum(weights)
    quotas = [weight * size / whole for weight in weights]
    units = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda n: (units[n] - quotas[n], n))
    for n in by_remainder[: size - sum(units)]:
        units[n] += 1
    return units

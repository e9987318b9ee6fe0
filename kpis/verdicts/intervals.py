"""How far off may a campaign's return be by chance? An interval over its deals, drawn again and again.

Which deals it won is partly luck: each credited deal might as well not have come, or come twice. So each counts a Poisson number of
times (mean 1) in each of 2,000 draws, what is spent is fixed, and the middle 95 % of the returns are the interval. With fewer than
ten deals that would promise what nobody knows, and there is none. The draws begin at the campaign's number: the same data give the
same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

ENOUGH = 10
DRAWS = 2_000
AT_ONCE = 500
"""Deals drawn in one go: memory stays flat however many there are."""

MIDDLE = (2.5, 97.5)


@dataclass(frozen=True)
class Interval:
    """Between these the return lies in 95 of 100 drawn worlds."""

    low: float
    high: float


def return_interval(credits_: Sequence[Decimal], spend: Decimal | None, *, seed: int) -> Interval | None:
    """Of (credit − spend) / spend; None where nothing was spent or too few deals speak."""
    if spend is None or spend <= 0 or len(credits_) < ENOUGH:
        return None
    amounts = np.array([float(amount) for amount in sorted(credits_)])
    draws = np.random.default_rng(seed)
    totals = np.zeros(DRAWS)
    for first in range(0, len(amounts), AT_ONCE):
        part = amounts[first : first + AT_ONCE]
        totals += draws.poisson(1.0, size=(DRAWS, len(part))) @ part
    low, high = np.percentile(totals / float(spend) - 1, MIDDLE)
    return Interval(float(low), float(high))

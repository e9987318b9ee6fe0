"""What is the p-th percentile of some durations, in whole seconds?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from math import floor

MICROSECOND = timedelta(microseconds=1)
HALF = Fraction(1, 2)
MEDIAN, UPPER_QUARTER, UPPER_TENTH = HALF, Fraction(3, 4), Fraction(9, 10)


def percentile(numbers: Iterable[Fraction | int], p: Fraction) -> Fraction | None:
    """Type 7 (percentile_cont): linear between the two neighbours of rank p (n - 1); None without numbers."""
    ordered = [Fraction(number) for number in sorted(numbers)]
    if not ordered:
        return None
    rank = p * (len(ordered) - 1)
    lower = floor(rank)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (rank - lower)


def percentile_seconds(durations: Iterable[timedelta], p: Fraction) -> int | None:
    """Over microseconds, rounded half up to seconds."""
    exact = percentile((duration // MICROSECOND for duration in durations), p)
    return None if exact is None else round_half_up(exact / 1_000_000)


def round_half_up(number: Fraction) -> int:
    return floor(number + HALF)

"""Is it more than it was? Two counts, with the interval in which the true change lies. Of shares see `alignment.intervals`."""

from __future__ import annotations

from alignment.intervals import wilson


def ratio_of_counts(before: int, after: int, days_before: int, days_after: int) -> tuple[float, float | None] | None:
    """The 95 % interval of the rate a day now ÷ then: given the sum of both counts, the later one is binomial (Wilson on it).

    The upper end is None where it is not bounded: then nothing was counted before. None where nothing was counted at all.
    """
    low, high = wilson(after, before + after)
    if low is None or high is None:
        return None
    scale = days_before / days_after
    return low / (1 - low) * scale if low < 1 else 0.0, (high / (1 - high) * scale if high < 1 else None)

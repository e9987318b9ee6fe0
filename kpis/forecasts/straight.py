"""The naive forecast that ours must beat: a straight line through what there is, with an interval from its own past errors."""

from __future__ import annotations

import numpy as np

from kpis.forecasts.drawing import Interval
from kpis.forecasts.hazards import Floats

OCCASIONS = 12
FEWEST = 3


def straight_line(totals: Floats, elapsed: int, length: int) -> Interval | None:
    """`totals` of whole days up to the origin, `elapsed` of them in a period of `length` days. None: nothing to go by.

    On the first day the line is that of the period before. Its errors are those that it made at the same place of the periods of
    this length before; with fewer than three of these, those of chance in a count of this size.
    """
    begun = len(totals) - elapsed
    if begun < length and elapsed == 0:
        return None
    line = _line(totals, begun, elapsed, length)
    errors = [
        float(totals[start : start + length].sum()) - _line(totals, start, elapsed, length)
        for start in range(begun - length, -1 if elapsed else length - 1, -length)
    ][:OCCASIONS]
    if len(errors) < FEWEST:
        errors = [-1.2816 * np.sqrt(max(line, 1.0)), 0.0, 1.2816 * np.sqrt(max(line, 1.0))]
        return Interval(line + errors[0], line, line + errors[2])
    low, high = np.quantile(errors, [0.1, 0.9])
    return Interval(line + min(float(low), 0.0), line, line + max(float(high), 0.0))


def _line(totals: Floats, start: int, elapsed: int, length: int) -> float:
    if elapsed == 0:
        return float(totals[max(start - length, 0) : start].sum())
    return float(totals[start : start + elapsed].sum()) * length / elapsed


def pinball(actual: float, said: Interval) -> float:
    """The mean loss of the three quantiles; the lower the better."""
    pairs = zip((0.1, 0.5, 0.9), said, strict=True)
    return float(np.mean([max(q * (actual - value), (q - 1) * (actual - value)) for q, value in pairs]))

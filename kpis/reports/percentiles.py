"""How long did it take half of them, three quarters, nine of ten? Percentiles of durations, exact to the microsecond that was logged.

Type 7 (Hyndman and Fan 1996) in whole numbers, rounded half up to seconds: what the database's `kpis_percentiles` says. Asked by
statements that let the database gather durations and sort none: numbers side by side are sorted here many times as fast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Percentiles = tuple[int | None, int | None, int | None]

NOTHING: Percentiles = (None, None, None)
PARTS = ((1, 2), (3, 4), (9, 10))
SENT = "timestamp_send(timestamp '2000-01-01' + ({}))"
"""The time between two instants as a whole number of microseconds: the database writes instants as what has passed since then."""


def whole_numbers(sent: memoryview | None) -> NDArray[np.int64]:
    """In no order: of whole numbers sent one behind the other by `int8send`, or of times by `SENT`."""
    return np.frombuffer(sent if sent is not None else b"", ">i8").astype(np.int64)


def percentiles(found: NDArray[np.int64]) -> Percentiles:
    """The 50th, 75th and 90th, in seconds; none of nothing. `found` in microseconds."""
    if not found.size:
        return NOTHING
    ordered = np.sort(found)
    half, most, nearly_all = (_percentile(ordered, part, whole) for part, whole in PARTS)
    return half, most, nearly_all


def _percentile(ordered: NDArray[np.int64], part: int, whole: int) -> int:
    place, rest = divmod((len(ordered) - 1) * part, whole)
    below, above = int(ordered[place]), int(ordered[min(place + 1, len(ordered) - 1)])
    return (2 * (below * (whole - rest) + above * rest) + 1_000_000 * whole) // (2_000_000 * whole)

"""How long did it take half of them, three quarters, nine of ten? Percentiles of durations, exact to the microsecond that was logged.

Type 7 (Hyndman and Fan 1996) in whole numbers, rounded half up to seconds: what the database's `kpis_percentiles` says. Asked by
statements that let the database gather durations and sort none: only the few places that are asked for are put in order here.
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
    last = found.size - 1
    places = [divmod(last * part, whole) for part, whole in PARTS]
    ordered = np.partition(found, sorted({at for place, _rest in places for at in (place, min(place + 1, last))}))
    half, most, nearly_all = (
        _between(int(ordered[place]), int(ordered[min(place + 1, last)]), rest, whole)
        for (place, rest), (_part, whole) in zip(places, PARTS, strict=True)
    )
    return half, most, nearly_all


def _between(below: int, above: int, rest: int, whole: int) -> int:
    """`rest` of `whole` parts of the way, in seconds."""
    return (2 * (below * (whole - rest) + above * rest) + 1_000_000 * whole) // (2_000_000 * whole)

"""How far off may a share be that was found on a part? Asked wherever a figure is shown with its interval."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The Wilson score interval of a rate at 95 %, without continuity correction (Wilson 1927); None at nothing."""
    if not whole:
        return None, None
    p, z2 = part / whole, Z * Z
    centre = p + z2 / (2 * whole)
    margin = Z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    low, high = (centre - margin) / (1 + z2 / whole), (centre + margin) / (1 + z2 / whole)
    return (0.0 if part == 0 else low), (1.0 if part == whole else high)


def newcombe(part: int, whole: int, other_part: int, other_whole: int) -> tuple[float | None, float | None]:
    """The interval at 95 % of part / whole − other_part / other_whole, of two samples that share nobody: Newcombe's hybrid of the
    two Wilson intervals (Newcombe 1998, method 10); None where one of them is of nothing.
    """
    low, high = wilson(part, whole)
    other_low, other_high = wilson(other_part, other_whole)
    if low is None or high is None or other_low is None or other_high is None:
        return None, None
    p, q = part / whole, other_part / other_whole
    difference = p - q
    return (
        difference - sqrt((p - low) ** 2 + (other_high - q) ** 2),
        difference + sqrt((high - p) ** 2 + (q - other_low) ** 2),
    )

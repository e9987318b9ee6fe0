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

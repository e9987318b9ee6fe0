"""What share is it, and between which limits does it lie (Wilson, without continuity correction)?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

Z = Decimal("1.959963984540054")


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def share(part: int, whole: int) -> float | None:
    return None if whole == 0 else float(Fraction(part, whole))


def wilson(part: int, whole: int) -> Interval | None:
    """The limits of the score interval; None where nothing was tried. Needs part <= whole."""
    if whole == 0:
        return None
    with localcontext() as context:
        context.prec = 60
        n, p, z2 = Decimal(whole), Decimal(part) / Decimal(whole), Z * Z
        middle = p + z2 / (2 * n)
        reach = Z * (p * (1 - p) / n + z2 / (4 * n * n)).sqrt()
        scale = 1 + z2 / n
        low = max(Decimal(0), (middle - reach) / scale)
        high = min(Decimal(1), (middle + reach) / scale)
        # The formula gives exactly 0 and 1 at the ends; sixty digits do not quite.
        return Interval(float(low) if part else 0.0, float(high) if part < whole else 1.0)

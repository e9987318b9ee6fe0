"""How is a whole divided so that the parts add up to it exactly? By the largest remainder. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key")


def split(total: Decimal, weights: Mapping[Key, Decimal], step: Decimal) -> dict[Key, Decimal]:
    """`total` in proportion to the weights, each part a multiple of `step` (such as 1, or 0.01), in the order of the weights.

    What is left goes to the largest remainders, ties to the earlier. Weights below zero count as zero; where all are zero, the
    parts are equal. What `total` has beyond a multiple of `step` goes to the first part. Nothing to divide among: no parts.
    """
    if not weights:
        return {}
    sizes = {key: Fraction(max(weight, Decimal(0))) for key, weight in weights.items()}
    whole = sum(sizes.values(), Fraction(0))
    if not whole:
        sizes, whole = dict.fromkeys(sizes, Fraction(1)), Fraction(len(sizes))
    units = int((total / step).to_integral_value(rounding=ROUND_FLOOR))
    exact = {key: units * size / whole for key, size in sizes.items()}
    floors = {key: share.numerator // share.denominator for key, share in exact.items()}
    left = units - sum(floors.values())
    keys = list(exact)
    for key in sorted(keys, key=lambda key: (floors[key] - exact[key], keys.index(key)))[:left]:
        floors[key] += 1
    parts = {key: number * step for key, number in floors.items()}
    parts[keys[0]] += total - units * step
    return parts

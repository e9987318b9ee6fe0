"""The few formulas behind rates: pure functions."""

from __future__ import annotations

from alignment.intervals import wilson

__all__ = ["rate", "wilson"]


def rate(part: int, whole: int) -> float | None:
    """part / whole, None at nothing."""
    return part / whole if whole else None

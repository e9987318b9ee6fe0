"""How alike are two names? Pure, 0 to 1. Names come as `keys.normal_person` writes them."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

ALIKE = 0.85
"""From here on two names may be one person's: a letter changed, doubled or left out, the words in another order."""
INITIAL = 0.87
"""An initial that stands for a first name: A. Meier and Anna Meier."""


def likeness(these: Sequence[str], those: Sequence[str]) -> float | None:
    """The best that any of these names has in common with any of those; None where one has none."""
    found = [_likeness(one, other) for one in these for other in those]
    return max(found) if found else None


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    plain = fuzz.ratio(one, other) / 100
    if plain < ALIKE and _is_initial(one.split(), other.split()):
        return INITIAL
    return plain


def _is_initial(these: list[str], those: list[str]) -> bool:
    """Whether both are the same words, but that some are written as their first letter on one side."""
    short, long = sorted((these, those), key=lambda words: sum(map(len, words)))
    if len(short) != len(long) or not any(len(word) > 1 and word in long for word in short):
        return False
    left = list(long)
    for word in sorted(short, key=len, reverse=True):
        match = next((full for full in left if full == word or (len(word) == 1 and full.startswith(word))), None)
        if match is None:
            return False
        left.remove(match)
    return True

"""Does the value beside an operator fit it? For checks, and whoever needs a number exactly as it is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from leads.definitions.fields import Takes
from leads.definitions.terms import MOST_DAYS, FieldCondition

LARGEST = 10**15


def is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, str | list)


def _is_days(value: object) -> bool:
    return type(value) is int and 1 <= value <= MOST_DAYS


FITS: dict[Takes, tuple[Callable[[object], bool], str]] = {
    "texts": (_is_texts, "a text, or a list of texts of which one must fit"),
    "text": (_is_text, "one text"),
    "number": (is_number, f"a number between −{LARGEST:,} and {LARGEST:,}"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "days": (_is_days, f"a whole number of days from 1 to {MOST_DAYS:,}"),
    "scalar": (
        lambda value: _is_texts(value) or isinstance(value, bool) or is_number(value),
        f"a text, a list of texts, true, false, or a number between −{LARGEST:,} and {LARGEST:,}",
    ),
    "nothing": (lambda value: value is None, "no value"),
}
"""By what an operator takes: whether a value is that, and in words."""


def value_trouble(leaf: FieldCondition, takes: Takes) -> str | None:
    """Why the value does not go with the operator, in a sentence; None where it does."""
    fits, words = FITS[takes]
    return None if fits(leaf.value) else f"“{leaf.op}” of {leaf.field} takes {words}."


def as_decimal(value: int | float) -> Decimal:
    """A number of a document, exactly as it is written."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)

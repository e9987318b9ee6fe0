"""How does a value stand in a cell? Texts that a spreadsheet would run are made harmless in a way that can be taken back.

CSV has texts only: one that begins like a formula gets an apostrophe before it, and one that begins with apostrophes before
such a sign gets one more, so that `harmed` gives back exactly what was there. In a workbook a text is a text and nothing runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson

RUNS = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet would run, or that says already that it must not."""
FIRST = frozenset("'=+-@\t\r")
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)*")
"""Plain numbers stay as they are. Not with a plus: a spreadsheet takes that of a telephone number away."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A time or a number that has a form of its own: CSV holds the text, a workbook the value."""

    text: str
    value: datetime | date | Decimal

    def __str__(self) -> str:
        return self.text


def to_the_second(moment: datetime | None) -> Typed | None:
    """A moment that is exact in CSV, and in a workbook a real time without its fraction of a second."""
    return None if moment is None else Typed(instant(moment), moment.replace(microsecond=0))


def harmless(text: str) -> str:
    """The text as a cell of CSV that is shown and never run; plain numbers stay as they are."""
    if text[:1] not in FIRST or not text:
        return text
    return f"'{text}" if RUNS.match(text) and not NUMBER.fullmatch(text) else text


def harmed(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if is_harmless(text) else text


def is_harmless(text: str) -> bool:
    """Whether the text begins with an apostrophe that keeps it from running: one that `harmed` takes away."""
    return text.startswith("'") and RUNS.match(text) is not None


def written(value: object) -> str:
    """A value as a text: instants in UTC to the microsecond, days as ISO has them, numbers with a point, documents as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return document(value) if isinstance(value, dict | list | tuple) else str(value)


def instant(moment: datetime) -> str:
    """`2024-01-31T09:30:00Z`, with microseconds where there are any."""
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{at.isoformat()[:-6]}Z"


def document(value: object) -> str:
    """JSON, the same for the same value."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()


def csv_cell(value: object) -> str:
    """A value as a cell of CSV."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else written(value)

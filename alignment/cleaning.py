"""What must every value that comes in satisfy, whoever sends it? Texts, moments, attributes, before any rule of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from alignment.outcome import RowResult, rejected

TOLERANCE = timedelta(minutes=5)
"""How far in the future a moment may lie: clocks differ a little."""
LONGEST_ATTRIBUTES = 50_000
SHOWN = 200
BLANKS = " \t\r\n\u00a0"
"""What is typed or pasted around a text by mistake."""
NOTHING: Mapping[str, Any] = {}
"""What of a row is not stated. One for all rows, and a mapping only, so that nobody writes to it; as it goes into the database, as JSON and
to other processes, it is a plain one."""
FREE_TEXTS = frozenset(
    {
        "first_name", "last_name", "full_name", "title", "company", "name", "subject", "outcome", "reason", "lost_reason", "note",
        "body", "why",
    }
)  # fmt: skip
"""What people read and nothing is found by: only `BLANKS` around it are lost. Anything else is found by what it says, so that
white space of any kind is lost there."""


@dataclass
class Unfit(Exception):
    """One value that cannot be taken: the field, a stable code, what to do about it, and the value itself."""

    field: str | None
    code: str
    detail: str
    value: str | None = None

    def __str__(self) -> str:
        return self.detail

    def result(self, index: int) -> RowResult:
        """The row that holds this value is set aside."""
        return rejected(
            index, self.field, self.code, _shown(self.detail), _shown(self.value[:SHOWN]) if self.value else self.value
        )


def clean_text(field: str, value: str | None, limit: int) -> str | None:
    """The text without blanks around it, None where it is nothing but white space."""
    if value is None:
        return None
    text = value.strip()
    if not text:
        return None
    if len(text) != len(value) and field in FREE_TEXTS:
        text = value.strip(BLANKS)
    if len(text) > limit:
        raise Unfit(field, "too_long", f"{field} may have {limit} characters, this has {len(text)}.", text)
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise Unfit(field, "invalid_characters", f"{field} has characters that are no text.", text)
    return text


def clean_texts(field: str, values: Sequence[str | None], limit: int) -> Sequence[str | Unfit | None]:
    """What `clean_text` makes of each value, with `Unfit` in place of what it refuses; quick where all are as they should be."""
    texts = [value for value in values if value is not None]
    if not texts:
        return values
    joined = "".join(texts)
    if "\0" in joined or max(map(len, texts)) > limit or not (joined.isascii() or _encodes(joined)):
        return [_clean_or_unfit(field, value, limit) for value in values]
    if field in FREE_TEXTS:
        return [(value and value.strip() and value.strip(BLANKS)) or None for value in values]
    return [(value and value.strip()) or None for value in values]


def _clean_or_unfit(field: str, value: str | None, limit: int) -> str | Unfit | None:
    try:
        return clean_text(field, value, limit)
    except Unfit as unfit:
        return unfit


def clean_moment(field: str, value: datetime | None, now: datetime) -> datetime | None:
    """A moment that is not in the future."""
    if value is not None and value > now + TOLERANCE:
        raise Unfit(field, "in_the_future", f"{field} lies in the future.", value.isoformat())
    return value


def clean_attributes(value: Mapping[str, object]) -> dict[str, object]:
    """Attributes that can be kept as JSON; empty ones say nothing and are left out."""
    kept = {name: item for name, item in value.items() if item is not None and item != ""}
    if not kept:
        return kept
    try:
        document = orjson.dumps(kept, default=str)
    except (TypeError, ValueError) as problem:
        raise Unfit("attributes", "invalid_attributes", "The attributes cannot be kept as JSON.") from problem
    if len(document) > LONGEST_ATTRIBUTES:
        raise Unfit(
            "attributes", "too_long", f"The attributes may take {LONGEST_ATTRIBUTES} bytes, these take {len(document)}."
        )
    if b"\\u0000" in document and _has_nul(kept):
        raise Unfit("attributes", "invalid_characters", "The attributes have characters that are no text.")
    read: dict[str, object] = orjson.loads(document)
    return read


def unknown(field: str, code: str, value: str, known: Iterable[str]) -> Unfit:
    """A word that is none of the known ones, which the sentence names."""
    return Unfit(field, code, f"“{value[:SHOWN]}” is not known here. Known are: {', '.join(known)}.", value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list | tuple) and any(_has_nul(item) for item in value)

"""What do rows of activities say, once every value was looked at? A column at a time, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.cleaning import Unfit, clean_attributes, clean_moment, clean_texts, unknown
from alignment.outcome import RowResult
from leads.activities.kinds import KINDS, Kind, find_kind
from leads.activities.rows import ActivityRow
from leads.records.finding import Pointer
from leads.records.namesakes import whole_name

LIMITS = {
    "kind": 100, "system": 100, "external_id": 200, "lead_external_id": 200, "lead_system": 100, "email": 254,
    "full_name": 400, "first_name": 200, "last_name": 200, "by": 200, "campaign": 300,
    "asset": 300, "channel": 200, "url": 2000, "subject": 1000, "outcome": 300,
}  # fmt: skip
LONGEST_IDENTITY = 300


@dataclass(slots=True)
class CleanActivity:
    """A row that can be written, once its lead and names are known; its texts are in the columns, at its index."""

    index: int
    kind: Kind
    at: datetime
    attributes: Mapping[str, object]
    typed_in: bool
    pointer: Pointer
    identity: str | None


class Columns:
    """The cleaned texts of all rows, by field, and the rows that can be written."""

    def __init__(
        self, rows: Sequence[ActivityRow], results: dict[int, RowResult], *, now: datetime, scope: int
    ) -> None:
        """Rows that cannot be written get their result."""
        raw = dict(zip(ActivityRow._fields, zip(*rows, strict=True), strict=True)) if rows else {}
        cleaned = {name: clean_texts(name, raw[name], limit) for name, limit in LIMITS.items()} if rows else {}
        unfit = _unfit(cleaned)
        self.texts: Mapping[str, Sequence[str | None]] = {
            name: [None if isinstance(text, Unfit) else text for text in column] if unfit else column  # type: ignore[misc]
            for name, column in cleaned.items()
        }
        self.clean: list[CleanActivity] = []
        identities = iter(_identities(self.texts, rows, scope))
        for index, (row, pointer) in enumerate(zip(rows, _pointers(self.texts, rows), strict=True)):
            identity = next(identities)
            try:
                if index in unfit:
                    raise unfit[index]
                kind, at = _what(self.texts["kind"][index], row.at, now)
                attributes = clean_attributes(row.attributes) if row.attributes else row.attributes
            except Unfit as problem:
                results[index] = problem.result(index)
                continue
            self.clean.append(CleanActivity(index, kind, at, attributes, row.typed_in, pointer, identity))


def _unfit(cleaned: Mapping[str, Sequence[str | Unfit | None]]) -> dict[int, Unfit]:
    """By row the first value that cannot be taken."""
    found: dict[int, Unfit] = {}
    for column in cleaned.values():
        if Unfit in set(map(type, column)):
            for index, text in enumerate(column):
                if isinstance(text, Unfit):
                    found.setdefault(index, text)
    return found


def _what(word: str | None, at: datetime | None, now: datetime) -> tuple[Kind, datetime]:
    if word is None:
        raise Unfit("kind", "required", "An activity needs a kind.")
    kind = find_kind(word)
    if kind is None:
        raise unknown("kind", "unknown_kind", word, (known.key for known in KINDS))
    at = clean_moment("at", at, now)
    if at is None:
        raise Unfit("at", "required", "An activity needs the moment at which it happened.")
    return kind, at


def _pointers(texts: Mapping[str, Sequence[str | None]], rows: Sequence[ActivityRow]) -> Iterator[Pointer]:
    """How each row points at its lead."""
    if not rows:
        return
    named = any(any(texts[name]) for name in ("full_name", "first_name", "last_name"))
    for row, system, own, external_id, email, full_name, first_name, last_name in zip(
        rows, texts["system"], texts["lead_system"], texts["lead_external_id"], texts["email"], texts["full_name"],
        texts["first_name"], texts["last_name"], strict=True,
    ):  # fmt: skip
        called = whole_name(full_name, first_name, last_name) if named else None
        yield Pointer(row.lead_id, system if own is None else own, external_id, email, called)


def _identities(
    texts: Mapping[str, Sequence[str | None]], rows: Sequence[ActivityRow], scope: int
) -> Iterator[str | None]:
    """By what each row is found again: its system and id, else its own content."""
    if not rows:
        return
    escaped = {system: _escaped(system or "") for system in set(texts["system"])}
    for row, system, external_id in zip(rows, texts["system"], texts["external_id"], strict=True):
        if external_id is not None:
            identity = f"{scope}:{escaped[system]}:{external_id}"
            long = len(identity) > LONGEST_IDENTITY
            yield hashlib.sha256(identity.encode()).hexdigest() if long else identity
        else:
            yield f"{scope}:row:{row.content}" if row.content else None


def _escaped(system: str) -> str:
    """The system's name, so that where it ends is told, and so that none is taken for the word before a row's content."""
    return "%row" if system == "row" else system.replace("%", "%25").replace(":", "%3A")

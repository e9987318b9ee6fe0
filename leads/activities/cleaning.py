"""What do rows of activities say, once every value was looked at? A column at a time, before anything is written.

Nothing here asks the database or the clock: an import looks at its next rows while the database is at work with those before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from alignment.cleaning import TOLERANCE, Unfit, clean_attributes, clean_moment, clean_texts, unknown
from alignment.copying import FEW, Written, written
from leads.activities.kinds import KINDS, Kind, find_kind
from leads.activities.rows import ActivityRow
from leads.records.finding import Pointer
from leads.records.namesakes import PersonName, whole_name

LIMITS = {
    "kind": 100, "system": 100, "external_id": 200, "lead_external_id": 200, "lead_system": 100, "email": 254,
    "full_name": 400, "first_name": 200, "last_name": 200, "by": 200, "campaign": 300,
    "asset": 300, "channel": 200, "url": 2000, "subject": 1000, "outcome": 300,
}  # fmt: skip
TEXTS = ("asset", "channel", "url", "subject", "outcome", "system", "external_id")
"""Those that are kept as they are."""
LONGEST_IDENTITY = 300
NO_KIND = Kind("", "", "", "")
"""Of a row that cannot be written."""


class Columns:
    """What rows say, by field; a row is named by its index.

    `pointers` are the different ways in which leads are named,
    `pointer_of` which of them a row uses. `repeats`: some rows have one identity.
    """

    def __init__(self, rows: Sequence[ActivityRow], *, scope: int) -> None:
        raw = dict(
            zip(ActivityRow._fields, zip(*rows, strict=True) if rows else [()] * len(ActivityRow._fields), strict=True)
        )
        self.scope, self.count = scope, len(rows)
        cleaned = {name: clean_texts(name, raw[name], limit) for name, limit in LIMITS.items()}
        unfit = _unfit(cleaned)
        self.texts: Mapping[str, Sequence[str | None]] = {
            name: [None if isinstance(text, Unfit) else text for text in column] if unfit else column  # type: ignore[misc]
            for name, column in cleaned.items()
        }
        known = {word: find_kind(word) if word else None for word in set(self.texts["kind"])}
        self.kinds = [known.get(word) or NO_KIND for word in self.texts["kind"]]
        self.moments: Sequence[datetime | None] = raw["at"]
        self.typed_in: Sequence[bool] = raw["typed_in"]
        self._unfit = {**_without_kind_or_moment(self.kinds, self.texts["kind"], self.moments), **unfit}
        self.attributes, self._unfit_attributes = _cleaned_attributes(raw["attributes"])
        called = _called(self.texts)
        systems = [own or system for own, system in zip(self.texts["lead_system"], self.texts["system"], strict=True)]
        ways: dict[tuple[object, ...], int] = {}
        self.pointer_of = [
            ways.setdefault(way, len(ways))
            for way in zip(
                raw["lead_id"], systems, self.texts["lead_external_id"], self.texts["email"], called, strict=True
            )
        ]
        self.pointers: list[Pointer] = list(map(Pointer._make, ways))
        self.names = [pointer.name for pointer in self.pointers]
        self.identities = list(_identities(self.texts, raw["content"], scope))
        stated = [identity for identity in self.identities if identity is not None]
        self.repeats = len(set(stated)) < len(stated)

    def unfit(self, now: datetime) -> dict[int, Unfit]:
        """By row why it cannot be written: the first of its values that cannot be taken."""
        late = now + TOLERANCE
        future: dict[int, Unfit] = {}
        for index, at in enumerate(self.moments):
            if at is not None and at > late:
                try:
                    clean_moment("at", at, now)
                except Unfit as problem:
                    future[index] = problem
        return {**self._unfit_attributes, **future, **self._unfit}

    @cached_property
    def written(self) -> Written:
        """What of a row does not depend on what others know, as it is copied."""
        moments = [str(at) for at in self.moments]
        kept = {name: self.texts[name] for name in TEXTS}
        kinds = {name: [getattr(kind, name) for kind in self.kinds] for name in ("direction", "automated")}
        kinds["kind"] = [kind.key for kind in self.kinds]
        own: dict[str, Sequence[object]] = {
            "typed_in": self.typed_in,
            "attributes": self.attributes,
            "identity": self.identities,
        }
        return written({**kinds, "at": moments, **kept, **own})


class Ready(list[ActivityRow]):
    """Rows that were looked at already; a part of them is rows like any others."""

    def __init__(self, rows: Sequence[ActivityRow]) -> None:
        super().__init__(rows)
        self.columns = Columns(rows, scope=0)
        if len(rows) > FEW:
            self.columns.written  # noqa: B018  now is the time


def look_ahead(rows: Sequence[ActivityRow]) -> Sequence[ActivityRow]:
    """The same rows, looked at as far as that can be done before it is their turn; the company's, no partner's."""
    return Ready(rows)


def columns_of(rows: Sequence[ActivityRow], *, scope: int) -> Columns:
    """What the rows say."""
    return rows.columns if isinstance(rows, Ready) and scope == rows.columns.scope else Columns(rows, scope=scope)


def _unfit(cleaned: Mapping[str, Sequence[str | Unfit | None]]) -> dict[int, Unfit]:
    """By row the first value that cannot be taken."""
    found: dict[int, Unfit] = {}
    for column in cleaned.values():
        if Unfit in set(map(type, column)):
            for index, text in enumerate(column):
                if isinstance(text, Unfit):
                    found.setdefault(index, text)
    return found


def _without_kind_or_moment(
    kinds: Sequence[Kind], words: Sequence[str | None], moments: Sequence[datetime | None]
) -> dict[int, Unfit]:
    if None not in moments and not any(kind is NO_KIND for kind in kinds):
        return {}
    found: dict[int, Unfit] = {}
    for index, (kind, word, at) in enumerate(zip(kinds, words, moments, strict=True)):
        if word is None:
            found[index] = Unfit("kind", "required", "An activity needs a kind.")
        elif kind is NO_KIND:
            found[index] = unknown("kind", "unknown_kind", word, (known.key for known in KINDS))
        elif at is None:
            found[index] = Unfit("at", "required", "An activity needs the moment at which it happened.")
    return found


def _cleaned_attributes(
    column: Sequence[Mapping[str, object]],
) -> tuple[Sequence[Mapping[str, object]], dict[int, Unfit]]:
    if not any(column):
        return column, {}
    found: dict[int, Unfit] = {}
    cleaned: list[Mapping[str, object]] = []
    for index, attributes in enumerate(column):
        try:
            cleaned.append(clean_attributes(attributes) if attributes else attributes)
        except Unfit as problem:
            found[index] = problem
            cleaned.append({})
    return cleaned, found


def _called(texts: Mapping[str, Sequence[str | None]]) -> Iterable[PersonName | None]:
    """The person's name in each row."""
    names = [texts[name] for name in ("full_name", "first_name", "last_name")]
    if not any(any(column) for column in names):
        return [None] * len(names[0])
    return [whole_name(*name) for name in zip(*names, strict=True)]


def _identities(
    texts: Mapping[str, Sequence[str | None]], contents: Sequence[str | None], scope: int
) -> Iterator[str | None]:
    """By what each row is found again: its system and id, else its own content."""
    begins = {system: f"{scope}:{_escaped(system or '')}:" for system in set(texts["system"])}
    for system, external_id, content in zip(texts["system"], texts["external_id"], contents, strict=True):
        if external_id is not None:
            identity = begins[system] + external_id
            yield identity if len(identity) <= LONGEST_IDENTITY else hashlib.sha256(identity.encode()).hexdigest()
        else:
            yield f"{scope}:row:{content}" if content else None


def _escaped(system: str) -> str:
    """The system's name, so that where it ends is told, and so that none is taken for the word before a row's content."""
    return "%row" if system == "row" else system.replace("%", "%25").replace(":", "%3A")

"""What do the values of a mapped column mean so far, and what may they mean? Read by the mapping page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leads.imports.mapping.arranging import AS_IT_STANDS, columns_of, parts_of
from leads.imports.mapping.field_words import title_of
from leads.imports.mapping.proposing import plain
from leads.imports.mapping.studying import DIFFERENT, LISTED, Study
from leads.imports.mapping.targets import is_closed, targets_of
from leads.imports.mapping.value_maps import Target

FEW = 40
"""From more choices than these one is typed, with the others offered meanwhile."""

NOTHING = "–"
"""What is written for “nothing” where a meaning is typed."""


@dataclass(frozen=True)
class ValueFacts:
    """One value of a column, how often it stands there, and what it means so far. `key` names its control."""

    key: str
    value: str
    count: int
    chosen: str
    is_known: bool

    @property
    def meant(self) -> str | None:
        """What it is mapped to, if to anything."""
        return self.chosen[1:] if self.chosen.startswith(":") else None

    @property
    def typed(self) -> str:
        """The meaning as it is typed."""
        return {AS_IT_STANDS: "", "": NOTHING}.get(self.chosen, self.chosen.removeprefix(":"))


@dataclass(frozen=True)
class ValuesFacts:
    """The values of one field: `other` counts those that are not listed."""

    field: str
    title: str
    columns: str
    values: tuple[ValueFacts, ...]
    targets: tuple[Target, ...]
    other: int
    too_many: bool
    is_closed: bool
    otherwise: str
    """What becomes of a value that is not mapped, in words."""

    @property
    def needs_care(self) -> bool:
        """Whether rows would be set aside for what their values mean so far."""
        return self.is_closed and self.unknown > 0

    @property
    def is_short(self) -> bool:
        return len(self.targets) <= FEW

    @property
    def unknown(self) -> int:
        """How many of the listed values are nothing that exists here."""
        return sum(1 for one in self.values if not one.is_known)


def values_of(kind: str, field: str, spec: object, study: Study) -> ValuesFacts:
    """What the page shows of the values of one field."""
    parts = parts_of(spec)
    columns = [column for name in columns_of(spec) if (column := study.column(name)) is not None]
    counts: dict[str, int] = {}
    for column in columns:
        for value, count in column.values:
            counts[value] = counts.get(value, 0) + count
    listed = sorted(counts.items(), key=lambda one: -one[1])[:LISTED]
    targets = targets_of(kind, field)
    known = {plain(text) for target in targets for text in (target.value, target.title, *target.words)}
    given = parts.get("map") or {}
    others = "other" in parts
    values = tuple(_value(field, value, count, given, known, others=others) for value, count in listed)
    distinct = max((column.distinct for column in columns), default=0)
    return ValuesFacts(
        field=field,
        title=title_of(field),
        columns=", ".join(columns_of(spec)),
        values=values,
        targets=_with_meant(targets, given),
        other=max(distinct - len(values), 0),
        too_many=distinct > DIFFERENT,
        is_closed=is_closed(kind, field),
        otherwise=f"as all others: {parts['other'] or 'nothing'}" if others else "as it stands",
    )


def _value(field: str, value: str, count: int, given: dict[str, Any], known: set[str], *, others: bool) -> ValueFacts:
    key = hashlib.sha256(f"{field}\0{value}".encode()).hexdigest()[:16]
    if value not in given:
        return ValueFacts(key, value, count, AS_IT_STANDS, others or plain(value) in known)
    meaning = given[value]
    return ValueFacts(key, value, count, "" if meaning is None else f":{meaning}", True)


def _with_meant(targets: Sequence[Target], given: dict[str, Any]) -> tuple[Target, ...]:
    """The targets, and whatever else the map says: a profile may know meanings that do not exist here yet."""
    known = {target.value for target in targets}
    meant = dict.fromkeys(str(meaning) for meaning in given.values() if meaning is not None)
    return (*targets, *(Target(meaning, meaning) for meaning in meant if meaning not in known))

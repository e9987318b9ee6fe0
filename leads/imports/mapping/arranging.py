"""How does a profile change when somebody takes a column for another field, maps a value, or says a constant? Pure.

Works on the document as it is written, and keeps whatever of it the change does not concern: what a shipped profile knows of a field
stays with the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leads.imports.kinds import Kind

KEEP, LEAVE = "@", ""
"""What a column is taken for besides fields: an attribute of its own name, or nothing."""

AS_IT_STANDS = "="
"""A value that is mapped to nothing else."""

_STAYS_WITH_FIELD = ("map", "other", "blank", "format", "timezone", "times", "join")
Document = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What somebody says on the page. Fields that are not named here stay as they are.

    `columns` says for every column the fields it is taken for; `maps` what single values mean (None: nothing); `general` the keys
    of the profile itself, an empty text taking one away.
    """

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    general: Mapping[str, str | bool] = field(default_factory=dict)


def parts_of(spec: object) -> dict[str, Any]:
    """A field's specification as an object, however it is written."""
    return dict(spec) if isinstance(spec, dict) else {"column": spec}


def columns_of(spec: object) -> list[str]:
    """The columns that a specification names."""
    parts = parts_of(spec)
    several = parts.get("columns")
    if isinstance(several, list):
        return [name for name in several if isinstance(name, str)]
    return [parts["column"]] if isinstance(parts.get("column"), str) else []


def specs_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a profile."""
    found = document.get("fields")
    return dict(found) if isinstance(found, dict) else {}


def taken_for(document: Mapping[str, Any], columns: Iterable[str], kind: Kind) -> dict[str, tuple[str, ...]]:
    """For every column the fields that it is taken for; an attribute by `rest` is one of the column's own name."""
    found: dict[str, list[str]] = {name: [] for name in columns}
    for name, spec in specs_of(document).items():
        for column in columns_of(spec):
            found.setdefault(column, []).append(name)
    if document.get("rest") == "attributes" and kind.has_attributes:
        for column, fields in found.items():
            if not fields and column:
                fields.append(KEEP)
    return {column: tuple(fields) for column, fields in found.items()}


def arrange(document: Mapping[str, Any], change: Change, kind: Kind) -> Document:
    """The profile with the change in it."""
    before = specs_of(document)
    keeps_rest = document.get("rest") == "attributes" and all(change.columns.values())
    wanted: dict[str, list[str]] = {}
    for column, fields in change.columns.items():
        for name in fields:
            if name == KEEP and keeps_rest:
                continue
            wanted.setdefault(f"attributes.{column}" if name == KEEP else name, []).append(column)
    order = [*(name for name in before if name in wanted), *(name for name in wanted if name not in before)]
    found: Document = {name: _spec(name, wanted[name], before.get(name), change) for name in order}
    found |= _constants(before, change, found)
    kept = {key: value for key, value in document.items() if key != "rest" or keeps_rest}
    return _general({**kept, "kind": kind.key, "fields": found}, change.general)


def _spec(name: str, columns: Sequence[str], before: object, change: Change) -> object:
    parts = parts_of(before) if before is not None else {}
    old = columns_of(before) if before is not None else []
    stays = [column for column in old if column in columns]
    ordered = [*stays, *(column for column in columns if column not in stays)]
    stayed = {key: parts[key] for key in _STAYS_WITH_FIELD if key in parts and (stays or key == "timezone")}
    if len(ordered) == 1:
        stayed.pop("join", None)
    spec: Document = {"column": ordered[0]} if len(ordered) == 1 else {"columns": ordered}
    spec |= stayed
    if name in change.maps:
        spec["map"] = _mapped(spec.get("map", {}), change.maps[name])
    if name in change.formats:
        spec["format"] = change.formats[name]
    spec = {key: value for key, value in spec.items() if not (key in ("map", "format") and not value)}
    return spec["column"] if set(spec) == {"column"} else spec


def _mapped(before: Mapping[str, Any], said: Mapping[str, str | None]) -> dict[str, Any]:
    """The map with what was said of single values; one that means what it meant before keeps its JSON type."""
    found = dict(before)
    for value, meaning in said.items():
        if meaning == AS_IT_STANDS:
            found.pop(value, None)
        elif value not in found or _as_text(found[value]) != meaning:
            found[value] = meaning
    return found


def _constants(before: Mapping[str, Any], change: Change, fields: Mapping[str, object]) -> Document:
    found: Document = {}
    for name, spec in before.items():
        if not columns_of(spec) and name not in fields and name not in change.constants:
            found[name] = spec
    for name, text in change.constants.items():
        if name in fields or not text:
            continue
        old = parts_of(before[name]) if name in before else {}
        same = "value" in old and _as_text(old["value"]) == text
        found[name] = before[name] if same else {"value": text}
    return found


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _general(document: Document, said: Mapping[str, str | bool]) -> Document:
    return {key: value for key, value in {**document, **said}.items() if key not in said or value}

"""Which form fields does a kind's document need? Its JSON Schema, reduced to what plain forms can ask.

Leaves (texts, numbers, yes or no, choices, days), records of them, and tables of records or leaves, nested at will.
What is anything else (a choice between objects, an object with free keys, terms that contain themselves) has no shape:
the caller then shows the document instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.agreements.kinds import Kind

Schema = Mapping[str, Any]
DEEPEST = 6


@dataclass(frozen=True)
class Leaf:
    """One value. `input`: text, integer, number, yes, choice, date. `empty`: blank means null.

    `shapes`: what is chosen decides which other fields there are.
    """

    input: str
    empty: bool = False
    choices: Sequence[tuple[str, object]] = ()
    longest: int | None = None
    shapes: bool = False


@dataclass(frozen=True)
class Part:
    """A named part of a record, with what its schema says about it to people."""

    name: str
    label: str
    hint: str
    required: bool
    default: object
    shape: Shape


@dataclass(frozen=True)
class Record:
    """Several named values; `empty`: all blank means null."""

    parts: tuple[Part, ...]
    empty: bool = False


@dataclass(frozen=True)
class Table:
    """Any number of rows of the same shape; `row` is what one is called. Beyond `most`, the kind's type refuses them."""

    item: Shape
    row: str
    most: int


Shape = Leaf | Record | Table
MOST_ROWS = 10_000
"""Rows of one form in all: more are refused, none is ever left out."""


class NotSimple(Exception):
    """This schema asks for more than a plain form offers."""


def shape_of(kind: Kind[Any]) -> Record | None:
    """The form of a kind's terms, or None where only the document will do."""
    schema = kind.terms.model_json_schema(by_alias=True)
    try:
        shape = _shape(schema, schema.get("$defs", {}), 0)
    except NotSimple:
        return None
    return shape if isinstance(shape, Record) else None


def _shape(schema: Schema, named: Schema, depth: int, *, empty: bool = False) -> Shape:
    if depth > DEEPEST:
        raise NotSimple
    if "$ref" in schema:
        schema = {**named[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        chosen = tuple((words_of(str(value)), value) for value in values if value is not None)
        return Leaf("choice", empty or None in values, chosen)
    if "anyOf" in schema:
        return _either(schema, named, depth)
    return _by_type(schema, named, depth, empty)


def _by_type(schema: Schema, named: Schema, depth: int, empty: bool) -> Shape:
    match schema.get("type"):
        case "object" if schema.get("properties"):
            return Record(tuple(_part(name, schema, named, depth) for name in schema["properties"]), empty)
        case "array" if "items" in schema:
            item = schema["items"]
            title = named.get(item.get("$ref", "").rpartition("/")[2], item).get("title", "Row")
            return Table(_shape(item, named, depth + 1), words_of(title), schema.get("maxItems", MOST_ROWS))
        case "string":
            kind = "date" if schema.get("format") == "date" else "text"
            return Leaf(kind, empty, longest=schema.get("maxLength"))
        case "integer" | "number" as kind:
            return Leaf(kind, empty)
        case "boolean":
            return Leaf("choice", True, (("Yes", True), ("No", False))) if empty else Leaf("yes")
    raise NotSimple


def _either(schema: Schema, named: Schema, depth: int) -> Shape:
    """Something or null; a number, whole or not; a decimal, which is a number or the text of one."""
    options = [option for option in schema["anyOf"] if option.get("type") != "null"]
    empty = len(options) < len(schema["anyOf"])
    if {option.get("type") for option in options} in ({"number", "string"}, {"number", "integer"}):
        return Leaf("number", empty)
    if len(options) != 1:
        raise NotSimple
    return _shape(options[0], named, depth, empty=empty)


def _part(name: str, schema: Schema, named: Schema, depth: int) -> Part:
    inner = schema["properties"][name]
    return Part(
        name=name,
        label=label_of(name, inner.get("title", "")),
        hint=inner.get("description", ""),
        required=name in schema.get("required", ()),
        default=inner.get("default"),
        shape=_shape(inner, named, depth + 1),
    )


def label_of(name: str, title: str) -> str:
    """The title that the kind gave, else the name in words."""
    return title if title and title != name.replace("_", " ").title() else words_of(name)


def words_of(name: str) -> str:
    """ "limit_days" → "Limit days", "StageTerms" → "Stage terms"."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() and i and name[i - 1].islower() else letter
                     for i, letter in enumerate(name.replace("_", " ")))  # fmt: skip
    return spaced[:1].upper() + spaced[1:]

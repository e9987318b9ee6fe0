"""How do people write terms without JSON? A form by the shape of the kind's document: read from what was sent, and drawn.

Fields are named by their way in the document (`terms.stages.0.title`), rows are counted in `terms.stages.rows`, and a
button adds, removes or moves a row by sending the whole form: nothing is kept anywhere until it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.agreements.pages.shapes import MOST_ROWS, Leaf, Part, Record, Shape, Table
from alignment.refusals import FieldError, Refused

ROOT = "terms"
INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True)
class Node:
    """One thing to draw: `what` is text, integer, number, yes, choice, date, record or table.

    `options` are (value, title, chosen). `inner` are a record's parts or a table's rows; `focus` marks what was just
    moved or added.
    """

    what: str
    path: str
    label: str
    hint: str = ""
    required: bool = False
    value: str = ""
    longest: int | None = None
    options: Sequence[tuple[str, str, bool]] = ()
    inner: Sequence[Node] = ()
    row: str = ""
    full: bool = False
    errors: Sequence[str] = ()
    focus: bool = False
    shapes: bool = False

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")

    @property
    def is_wide(self) -> bool:
        return self.what in ("record", "table")


def read(shape: Record, sent: Mapping[str, str]) -> dict[str, Any]:
    """The document that a sent form means; what is no number stays the text that was typed, and is refused by its type.

    Every row that was sent is read, also where the type then says that there are too many. Refused: `too_many_rows`.
    """
    _count_rows(sent)
    found = _read(shape, sent, ROOT)
    return found if isinstance(found, dict) else {}


def draw(shape: Record, document: Mapping[str, Any], errors: Sequence[FieldError] = (), focus: str = "") -> Node:
    """The form for a document, with what is wrong beside each field."""
    wrong: dict[str, list[str]] = {}
    for error in errors:
        wrong.setdefault(f"{ROOT}.{error.field}", []).append(error.detail)
    return _draw(Part(ROOT, "", "", True, None, shape), document, ROOT, wrong, focus)


def change_rows(shape: Record, document: dict[str, Any], do: str) -> str:
    """Add, remove or move a row, as a button says (`add terms.stages`, `up terms.stages.2`); what to look at then."""
    what, _, path = do.partition(" ")
    steps = path.split(".")[1:]
    if what == "add":
        table, rows = _find(shape, document, steps)
        if table is not None and len(rows) < table.most:
            rows.append({} if isinstance(table.item, Record) else "")
            return f"{path}.{len(rows) - 1}"
        return path
    table, rows = _find(shape, document, steps[:-1])
    place = int(steps[-1]) if steps and steps[-1].isdecimal() else len(rows)
    if table is None or place >= len(rows):
        return ""
    row = rows.pop(place)
    parent = path.rpartition(".")[0]
    if what == "remove":
        return f"{parent}.{min(place, len(rows) - 1)}" if rows else parent
    there = max(0, place - 1) if what == "up" else min(len(rows), place + 1)
    rows.insert(there, row)
    return f"{parent}.{there}"


@dataclass(frozen=True)
class Wrong:
    """Something wrong, told above the form; `id` is of the field that it is about, empty where the form has none."""

    detail: str
    id: str = ""


def wrongs(node: Node, errors: Sequence[FieldError]) -> list[Wrong]:
    """Everything that is wrong, each with the name of its field and the way to it."""
    drawn = {one.path: (names, one.id) for names, one in _named(node, ())}
    found = [(drawn.get(f"{ROOT}.{error.field}", ((), "")), error.detail) for error in errors]
    return [Wrong(f"{', '.join(names)}: {detail}" if names else detail, id_) for (names, id_), detail in found]


def _named(node: Node, outer: tuple[str, ...]) -> list[tuple[tuple[str, ...], Node]]:
    """Every part of a form with the names one finds it by: "Stage 3, Age days"."""
    names = (*outer, node.label) if node.label else outer
    around = outer if node.what == "table" else names
    return [(names, node), *(found for inner in node.inner for found in _named(inner, around))]


def _find(shape: Shape, document: Any, steps: Sequence[str]) -> tuple[Table | None, list[Any]]:
    """The table at the end of a way, with its rows."""
    for step in steps:
        if isinstance(shape, Record) and isinstance(document, dict):
            part = next((part for part in shape.parts if part.name == step), None)
            if part is None:
                return None, []
            if isinstance(part.shape, Table):
                document.setdefault(step, [])
            shape, document = part.shape, document.get(step)
        elif isinstance(shape, Table) and isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            shape, document = shape.item, document[int(step)]
        else:
            return None, []
    return (shape, document) if isinstance(shape, Table) and isinstance(document, list) else (None, [])


def _count_rows(sent: Mapping[str, str]) -> None:
    """Refused where the form says that it has more rows than can be: each is read, however few fields it has."""
    total = sum(max(0, _rows(count)) for name, count in sent.items() if name.endswith(".rows"))
    if total > MOST_ROWS:
        detail = f"This form has {total:,} rows; at most {MOST_ROWS:,} can be written here. Write the document instead."
        raise Refused("too_many_rows", detail)


def _rows(count: str) -> int:
    return int(count) if INTEGER.fullmatch(count) else 0


def _read(shape: Shape, sent: Mapping[str, str], path: str) -> Any:
    if isinstance(shape, Record):
        return _read_record(shape, sent, path)
    if isinstance(shape, Table):
        rows = _rows(sent.get(f"{path}.rows", "0"))
        return [_read(shape.item, sent, f"{path}.{n}") for n in range(rows)]
    return _read_leaf(shape, sent.get(path, "").strip())


def _read_record(shape: Record, sent: Mapping[str, str], path: str) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for part in shape.parts:
        value = _read(part.shape, sent, f"{path}.{part.name}")
        if value is None and (part.required or part.default is not None) and _may_be_empty(part.shape):
            found[part.name] = None
        elif value is not None:
            found[part.name] = value
    return None if shape.empty and not any(found.values()) else found


def _may_be_empty(shape: Shape) -> bool:
    return not isinstance(shape, Table) and shape.empty


def _read_leaf(leaf: Leaf, text: str) -> Any:
    if leaf.input == "yes":
        return text == "on"
    if not text:
        return None
    if leaf.input == "choice":
        return next((value for _, value in leaf.choices if str(value) == text), text)
    if leaf.input == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if leaf.input == "number" and NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _draw(part: Part, value: Any, path: str, wrong: Mapping[str, list[str]], focus: str) -> Node:
    shape, errors, looked_at = part.shape, wrong.get(path, ()), path == focus
    if isinstance(shape, Record):
        values = value if isinstance(value, dict) else {}
        inner = [_draw(one, values.get(one.name), f"{path}.{one.name}", wrong, focus) for one in shape.parts]
        return Node("record", path, part.label, part.hint, inner=inner, errors=errors, focus=looked_at)
    if isinstance(shape, Table):
        rows = value if isinstance(value, list) else []
        inner = [
            _draw(Part(str(n), f"{shape.row} {n + 1}", "", True, None, shape.item), row, f"{path}.{n}", wrong, focus)
            for n, row in enumerate(rows)
        ]
        full = len(rows) >= shape.most
        return Node(
            "table", path, part.label, part.hint, inner=inner, row=shape.row, full=full, errors=errors, focus=looked_at
        )
    return _draw_leaf(shape, part, value, path, errors, looked_at)


def _draw_leaf(leaf: Leaf, part: Part, value: Any, path: str, errors: Sequence[str], looked_at: bool) -> Node:
    given = part.default if value is None else value
    text = "" if given is None else ("on" if given else "") if leaf.input == "yes" else str(given)
    options: list[tuple[str, str, bool]] = []
    if leaf.input == "choice":
        blank = [("", "–", not text)] if leaf.empty or not part.required or not text else []
        options = blank + [(str(choice), title, str(choice) == text) for title, choice in leaf.choices]
    return Node(
        leaf.input, path, part.label, part.hint, part.required and not leaf.empty and leaf.input != "yes", text,
        leaf.longest, options, errors=errors, focus=looked_at, shapes=leaf.shapes,
    )  # fmt: skip

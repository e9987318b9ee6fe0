"""How is a file laid out? Told by the profile, by the file itself, or asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from alignment.refusals import Refused
from leads.imports.questions import Choice, Question
from leads.imports.reading.layout import AUTO, Layout, Look, Wanted, Wishes
from leads.imports.reading.records import read_all

SIGNS = (",", ";", "\t", "|")


def look(path: Path, wishes: Wishes, wanted: Wanted | None = None) -> Look:
    """The layout of a file and its columns; `Refused` for what is no table. `wanted` is what the profile needs."""
    signs = SIGNS if wishes.delimiter == AUTO else (wishes.delimiter,)
    ways = {sign: _header(path, Layout(delimiter=sign)) for sign in signs}
    fitting = [sign for sign, (_layout, columns) in ways.items() if wanted is not None and wanted(columns)]
    layout, columns = ways[fitting[0] if fitting else signs[0]]
    question = _which_delimiter(layout, {sign: ways[sign][1] for sign in fitting}) if len(fitting) > 1 else None
    return Look(layout, columns, question=question)


def _header(path: Path, layout: Layout) -> tuple[Layout, list[str]]:
    first = next(islice(read_all(path, layout), 1), None)
    if first is None:
        raise Refused("empty_file", "The file is empty: there is not even a line with the names of the columns.")
    if first.fault is not None:
        raise Refused("unreadable_header", f"The names of the columns cannot be read: {first.fault.reason}.")
    return replace(layout, header=first.line), [name.strip() for name in first.cells]


def _which_delimiter(layout: Layout, ways: dict[str, Sequence[str]]) -> Question:
    choices = tuple(Choice(sign, f"{len(names)} columns: {' · '.join(names)}") for sign, names in ways.items())
    line = layout.delimiter.join(ways[layout.delimiter])
    reads = " or ".join(choice.reads for choice in choices)
    detail = f"“{line}” (line {layout.header}) may be {reads}. Say the delimiter in the profile."
    return Question("ambiguous_delimiter", "delimiter", "", line, layout.header or 1, detail, choices)

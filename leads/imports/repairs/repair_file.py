"""What does a file of corrected rows say? It is the one of the rows set aside, sent back: CSV or a workbook, as spreadsheets save it.

The first five columns say which line a row is; the rest are its cells. Anything else is refused by name. A cell that was not named
as wrong and says the same as before, only as a spreadsheet rewrites it, stays as it was set aside.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from alignment.refusals import Refused
from alignment.ui.exports import harmed
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.imports.reading import Record, Wishes, look, read_records
from leads.imports.repairs.error_file import COLUMNS
from leads.imports.repairs.repairing import MOST_LINES, Correction
from leads.imports.repairs.rewriting import is_rewritten
from leads.imports.uploads import BLOCK

NAMED = ", ".join(COLUMNS)


@dataclass(frozen=True)
class _Aside:
    """A row as it was set aside, and its columns that were named as wrong."""

    cells: list[str]
    wrong: frozenset[str]


def read_corrections(import_: Import, stream: BinaryIO) -> list[Correction]:
    """One correction a line that says something else than what was set aside."""
    with tempfile.NamedTemporaryFile(prefix="repair-") as copy:
        while block := stream.read(BLOCK):
            copy.write(block)
        copy.flush()
        return _corrections(import_, Path(copy.name))


def _corrections(import_: Import, path: Path) -> list[Correction]:
    seen = look(path, Wishes(comment=""), _is_ours)
    if not _is_ours(seen.columns):
        raise Refused(
            "not_a_repair_file",
            f"The file does not begin with the columns {NAMED}: download the rows set aside, correct them and send that file.",
        )
    columns: list[str] = import_.decisions.get("columns", [])
    given = _as_in_the_import([harmed(name) for name in seen.columns[len(COLUMNS) :]], columns)
    strange = [name for name in given if name not in columns]
    if strange:
        said = f"Import {import_.pk} has no column {', '.join(strange)}: is this the file of another import?"
        raise Refused("unknown_columns", said)
    sent: dict[int, list[list[str]]] = {}
    for record in read_records(path, seen.layout):
        sent.setdefault(_line_of(record), []).append([harmed(cell) for cell in record.cells[len(COLUMNS) :]])
        if len(sent) > MOST_LINES:
            raise Refused("too_many_rows", f"The file has more than {MOST_LINES:,} lines; send it in parts.")
    aside = _rows_aside(import_, list(sent))
    found = (_correction(line, rows, aside.get(line), given, columns) for line, rows in sent.items())
    return [correction for correction in found if correction is not None]


def _is_ours(columns: Sequence[str]) -> bool:
    return tuple(columns[: len(COLUMNS)]) == COLUMNS


def _as_in_the_import(given: list[str], columns: Sequence[str]) -> list[str]:
    """The names as the import has them; a column that is named like one of our five was numbered when it was read."""
    if len(given) == len(columns) and all(
        name == own or re.fullmatch(rf"{re.escape(own)} \(\d+\)", name)
        for name, own in zip(given, columns, strict=True)
    ):
        return list(columns)
    return given


def _line_of(record: Record) -> int:
    text = record.cells[0].strip() if record.cells else ""
    number = text.removesuffix(".0")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Refused("unknown_line", f"Line {record.line} of the file sent names no line: “{text[:40]}” is no number.")
    return int(number)


def _rows_aside(import_: Import, lines: Sequence[int]) -> dict[int, _Aside]:
    rows: dict[int, _Aside] = {}
    found = ImportError.objects.filter(source=import_, line__in=lines).values_list("line", "row", "column")
    for line, row, column in found:
        known = rows.get(line, _Aside(list(row), frozenset()))
        rows[line] = _Aside(known.cells, known.wrong | ({column} if column else frozenset()))
    return rows


def _correction(
    line: int, rows: Sequence[list[str]], aside: _Aside | None, given: Sequence[str], columns: Sequence[str]
) -> Correction | None:
    """What the rows sent for a line say together, a row for each of its faults; None where they say what was set aside."""
    sent = tuple("\x1f".join(_bare(row)) for row in rows)
    if aside is None:
        return Correction(line, {}, tuple(_in_order(rows[0], [], given, columns)), sent)
    before, width = aside.cells, len(columns)
    read = [_in_order(row, before, given, columns) for row in rows]
    wrong = [index < width and columns[index] in aside.wrong for index in range(len(before))]
    whole = [_restored(cells, before, wrong) for cells in read]
    rewritten = whole != read
    changed = [cells for cells in whole if _bare(cells) != _bare(before)]
    if not changed:
        return Correction(line, {}, tuple(before), sent, rewritten=True) if rewritten else None
    if not any(_belongs(cells, before) for cells in whole):
        raise Refused(
            "other_import", f"Line {line} is not the row that was set aside here: is this the file of another import?"
        )
    return Correction(line, {}, tuple(_merged(line, changed, before)), sent, rewritten=rewritten)


def _restored(cells: Sequence[str], before: Sequence[str], wrong: Sequence[bool]) -> list[str]:
    """The cells, with what a spreadsheet alone rewrote as it was; a cell that was named as wrong is as it was sent."""
    return [
        before[index] if index < len(before) and not wrong[index] and is_rewritten(before[index], cell) else cell
        for index, cell in enumerate(cells)
    ]


def _bare(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end, which spreadsheets add."""
    bare = list(cells)
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _in_order(row: Sequence[str], aside: Sequence[str], given: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The cells in the order of the import's columns; columns that were left out of the file stay as they were."""
    by_name = dict(zip(given, row, strict=False))
    cells = [
        by_name.get(name, "") if name in given else aside[index] if index < len(aside) else ""
        for index, name in enumerate(columns)
    ]
    return cells + _bare(row[len(given) :])


def _belongs(cells: Sequence[str], aside: Sequence[str]) -> bool:
    """Whether it is that row at all: something in it is as it was."""
    known = {cell for cell in aside if cell}
    return not known or len(known) < 2 or any(cell in known for cell in cells)


def _merged(line: int, changed: Sequence[list[str]], aside: Sequence[str]) -> list[str]:
    """The row with what was changed in any of them; refused where two say different things of one cell."""
    width = max(map(len, changed))
    before = [*aside, *[""] * width][:width]
    merged = []
    for index in range(width):
        said = {cells[index] if index < len(cells) else "" for cells in changed} - {before[index]}
        if len(said) > 1:
            raise Refused(
                "contradicting_rows", f"Line {line} stands more than once in the file, and says different things."
            )
        merged.append(said.pop() if said else before[index])
    return merged

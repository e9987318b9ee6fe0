"""How is a workbook laid out: which sheet is the table, and in which row are its names?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from alignment.refusals import Refused
from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading.headers import Header, find_header
from leads.imports.reading.layout import AUTO, Layout, Look, Note, Record, Wanted, Wishes
from leads.imports.reading.names import repeated
from leads.imports.reading.sheets import Book, Sheet, open_book

SAMPLE = 100


@dataclass(frozen=True)
class _Candidate:
    """A sheet with its first rows and what they say about its names."""

    sheet: Sheet
    rows: list[Record]
    header: Header


def look(path: Path, container: str, wishes: Wishes, wanted: Wanted | None) -> Look:
    """The layout of a workbook and its columns; `Refused` where there is no table in it."""
    with open_book(path, container) as book:
        sheets = _asked_for(book, wishes.sheet)
        samples = [(sheet, _sample(book, sheet, wishes)) for sheet in sheets]
    filled = [(sheet, rows) for sheet, rows in samples if rows]
    if not filled:
        raise Refused("empty_file", "There is nothing in the workbook's sheets: it has no rows.")
    candidates = _candidates(filled, wishes, wanted)
    chosen = candidates[0]
    question = _which_sheet(candidates) if len(candidates) > 1 else chosen.header.question
    header = chosen.header.record
    if header is not None and header.line == chosen.rows[-1].line and (wanted is None or chosen.header.fits):
        words = f"There is nothing below the names of the columns (row {header.line}): the sheet has no rows."
        raise Refused("only_a_header", words)
    columns = _named(chosen, wanted)
    layout = Layout(
        container,
        encoding="",
        delimiter="",
        quote="",
        header=header.line if header else None,
        comment="" if wishes.comment == AUTO else wishes.comment,
        sheet=chosen.sheet.name,
        width=len(columns),
    )
    notes = tuple(_left_out(book.sheets, filled, chosen.sheet))
    return Look(layout, columns, notes, question, repeated(header.cells) if header else ())


def _named(chosen: _Candidate, wanted: Wanted | None) -> list[str]:
    """The columns without those at the right that have no name and hardly a value: stray cells are no columns."""
    header = chosen.header
    if header.record is None:
        return header.columns
    rows = [row for row in chosen.rows if row.line > header.record.line]
    width = len(header.columns)
    while width > 1 and not header.record.cells[width - 1].strip():
        if 2 * sum(bool(row.cells[width - 1].strip()) for row in rows) > len(rows):
            break
        width -= 1
    columns = header.columns[:width]
    return header.columns if wanted is not None and header.fits and not wanted(columns) else columns


def _asked_for(book: Book, wish: str) -> list[Sheet]:
    if wish == AUTO:
        return [sheet for sheet in book.sheets if not sheet.hidden]
    found = [sheet for sheet in book.sheets if sheet.name == wish]
    if not found:
        names = ", ".join(f"“{sheet.name}”" for sheet in book.sheets)
        raise Refused("unknown_sheet", f"The workbook has no sheet “{wish}”; it has {names}.")
    return found


def _sample(book: Book, sheet: Sheet, wishes: Wishes) -> list[Record]:
    last = wishes.header if isinstance(wishes.header, int) else 0
    rows = [Record(number, cells) for number, cells in islice(book.rows(sheet), max(SAMPLE, last))]
    width = max((len(row.cells) for row in rows), default=0)
    return [Record(row.line, row.cells + [""] * (width - len(row.cells))) for row in rows]


def _candidates(
    filled: Sequence[tuple[Sheet, list[Record]]], wishes: Wishes, wanted: Wanted | None
) -> list[_Candidate]:
    """The sheets that may be the table: those with what the profile needs, else those that look like one."""
    found = []
    problem: Refused | None = None
    for sheet, rows in filled:
        try:
            found.append(_Candidate(sheet, rows, find_header(rows, wishes.header, wanted)))
        except Refused as refused:
            problem = refused
    if not found and problem is not None:
        raise problem
    fitting = [one for one in found if one.header.fits]
    if wanted is not None:
        return fitting or found[:1]
    tables = [one for one in found if len(one.rows) > 1]
    return tables or found[:1]


def _which_sheet(candidates: Sequence[_Candidate]) -> Question:
    choices = tuple(
        Choice(one.sheet.name, f"{len(one.header.columns)} columns: {' · '.join(one.header.columns)}")
        for one in candidates
    )
    names = " or ".join(f"“{choice.answer}” ({choice.reads})" for choice in choices)
    line = candidates[0].rows[0].line
    detail = f"More than one sheet of the workbook may be meant: {names}. Say the sheet in the profile."
    return Question("ambiguous_sheet", "sheet", "", choices[0].answer, line, detail, choices)


def _left_out(sheets: Sequence[Sheet], filled: Sequence[tuple[Sheet, list[Record]]], chosen: Sheet) -> list[Note]:
    others = [sheet.name for sheet, _rows in filled if sheet != chosen]
    hidden = [sheet.name for sheet in sheets if sheet.hidden and sheet != chosen]
    notes = []
    if others:
        notes.append(Note("other_sheets", f"Other sheets of the workbook are left out: {', '.join(others)}", 1))
    if hidden:
        notes.append(Note("hidden_sheets", f"Hidden sheets of the workbook are left out: {', '.join(hidden)}", 1))
    return notes

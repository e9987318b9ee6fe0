"""Rows that were set aside are corrected here: cell by cell, whole rows, or by the file sent back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.imports import service
from leads.imports.models import Import
from leads.imports.repairs.aside import AsideRow, row_aside
from leads.imports.repairs.repair_file import read_corrections
from leads.imports.repairs.repairing import Correction, repair
from leads.imports.summary import in_words_of
from leads.pages.access import Signed, only, reading, writing
from leads.pages.importing import visible_import


@reading
def row(request: Signed, import_id: int, line: int) -> HttpResponse:
    """One row with all its cells: a page of its own, or a fragment under the row."""
    only(service.may_import(request.user))
    import_ = visible_import(request, import_id)
    aside = row_aside(import_, line)
    if aside is None:
        messages.info(request, f"Line {line} is not set aside any more.")
        return redirect("import", import_.pk)
    template = "imports/_repair_row.html" if request.headers.get("HX-Request") else "imports/repair_row.html"
    return render(request, template, {"one": import_, "row": aside})


@writing
def save(request: Signed, import_id: int) -> HttpResponse:
    """Bring in what was corrected."""
    only(service.may_import(request.user))
    import_ = visible_import(request, import_id)
    try:
        if "file" in request.FILES:
            corrections = read_corrections(import_, cast("BinaryIO", request.FILES["file"]))
        else:
            corrections, gone = _typed(import_, request.POST)
            if gone:
                messages.info(
                    request, f"Somebody corrected line {', '.join(map(str, gone))} before you; it is left as it is."
                )
        repaired = repair(import_.pk, corrections, now=now(), actor=request.user)
        if repaired.came_in:
            say_done(request, in_words_of(repaired))
        elif repaired.still_aside:
            messages.warning(request, in_words_of(repaired))
        else:
            told = "".join(f" {warning['detail']}." for warning in repaired.warnings)
            messages.info(request, f"Nothing was corrected: every row says what it said before.{told}")
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("import", import_.pk)


def _typed(import_: Import, given: Mapping[str, str]) -> tuple[list[Correction], list[int]]:
    """What was typed, by line, and the lines that are not set aside any more. What was not changed says nothing.

    Fields are named `cell-LINE-INDEX`, and `as-is-LINE`.
    """
    by_line: dict[int, dict[int, str]] = {}
    for name, value in given.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "cell" and all(part.isdecimal() and len(part) < 19 for part in parts[1:]):
            by_line.setdefault(int(parts[1]), {})[int(parts[2])] = value
    rows = {line: row_aside(import_, line) for line in by_line}
    found = (_correction(import_, rows[line], cells, f"as-is-{line}" in given) for line, cells in by_line.items())
    corrections = [correction for correction in found if correction is not None]
    return corrections, [line for line, aside in rows.items() if aside is None]


def _correction(import_: Import, aside: AsideRow | None, cells: Mapping[int, str], as_is: bool) -> Correction | None:
    """`as_is`: the cells of a row of another width stand where they belong, even if none was changed."""
    if aside is None:
        return None
    columns: list[str] = import_.decisions.get("columns", [])
    before = {cell.index: cell.value for cell in aside.cells}
    typed = {index: _as_it_was(value, before[index]) for index, value in cells.items() if index in before}
    if all(typed[index] == before[index] for index in typed) and not (as_is and aside.whole):
        return None
    return Correction(aside.line, {columns[index]: value for index, value in typed.items()})


def _as_it_was(value: str, before: str) -> str:
    """Forms send every line's end as CR LF; a cell that differs in nothing else is as it was."""
    plain = value.replace("\r\n", "\n")
    return before if before.replace("\r\n", "\n") == plain else plain

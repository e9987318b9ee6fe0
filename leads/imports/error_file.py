"""Which rows were set aside, and why? A CSV to correct and import again: the reason, then the row's own columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from leads.imports.models import Import, ImportError  # noqa: A004

COLUMNS = ("line", "column", "value", "code", "reason")
BLOCK = 2000
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def error_lines(import_: Import) -> Iterator[str]:
    """The lines of the file, the header first. Streams."""
    names = import_.decisions.get("columns", [])
    yield _line([*COLUMNS, *names])
    for error in ImportError.objects.filter(source=import_).iterator(chunk_size=BLOCK):
        why = [str(error.line), error.column or "", error.value or "", error.code, error.reason]
        yield _line([*why, *error.row])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it; plain numbers stay as they are."""
    if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell

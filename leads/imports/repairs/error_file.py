"""Which rows were set aside, and why? A CSV to correct and import again: the reason, then the row's own columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from alignment.ui.exports import harmless
from leads.imports.models import Import, ImportError  # noqa: A004

__all__ = ["COLUMNS", "error_lines", "harmless"]

COLUMNS = ("line", "column", "value", "code", "reason")
BLOCK = 2000


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

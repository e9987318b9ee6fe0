"""Which rows of an import are set aside, and what is to be corrected in each? Read by the page of an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from leads.imports.models import Import, ImportError  # noqa: A004

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """One value of a row, by its column; `reason` is what is wrong with it, if anything is."""

    index: int
    column: str
    value: str
    reason: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line to be seen."""
        return "\n" in self.value or "\r" in self.value or len(self.value) > 80


@dataclass(frozen=True)
class AsideRow:
    """A row: what is wrong with it as a whole, the cells that are wrong, and all cells there should be.

    `whole`: it has another width than the file, so each cell has to be said.
    """

    line: int
    reasons: tuple[str, ...]
    failing: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    whole: bool


def rows_aside(import_: Import, after: int = 0, size: int = PAGE) -> tuple[list[AsideRow], int | None]:
    """A page of rows in the order of the file, and the line to go on after."""
    found = ImportError.objects.filter(source=import_, line__gt=after)
    lines = list(found.order_by("line").values_list("line", flat=True).distinct()[: size + 1])
    more = lines[size - 1] if len(lines) > size else None
    errors = ImportError.objects.filter(source=import_, line__in=lines[:size])
    rows = [_row(import_, line, list(group)) for line, group in groupby(errors, key=lambda error: error.line)]
    return rows, more


def row_aside(import_: Import, line: int) -> AsideRow | None:
    """One row, if it is set aside."""
    errors = list(ImportError.objects.filter(source=import_, line=line))
    return _row(import_, line, errors) if errors else None


def _row(import_: Import, line: int, errors: Sequence[ImportError]) -> AsideRow:
    columns: list[str] = import_.decisions.get("columns", [])
    row: list[str] = errors[0].row
    said = {error.column: error.reason for error in reversed(errors) if error.column in columns}
    cells = tuple(
        Cell(index, name, row[index] if index < len(row) else "", said.get(name, ""))
        for index, name in enumerate(columns)
    )
    return AsideRow(
        line,
        tuple(error.reason for error in errors if error.column not in said),
        tuple(cell for cell in cells if cell.reason),
        cells,
        len(row) != len(columns),
    )

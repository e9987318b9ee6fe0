"""What is in a file that somebody takes with them, and what is told about it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from alignment.ui.exports.cells import instant

Row = TypeVar("Row")
LONGEST_NAME = 100


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its name, and what of a row stands in it."""

    name: str
    value: Callable[[Row], object]


@dataclass(frozen=True)
class Export:
    """`rows` are read once, while they are sent: they never all stand in memory. `filters` say in words what was narrowed by.

    `note` is one more sentence about the file, such as which profile reads it back.
    """

    title: str
    names: Sequence[str]
    rows: Iterable[Sequence[object]]
    as_of: datetime
    filters: Sequence[str] = ()
    note: str = ""

    def file_name(self, ending: str) -> str:
        """What, narrowed by what, and when: in letters that every system takes for a name."""
        parts = [_slug(self.title), *(_slug(one) for one in self.filters)]
        told = "_".join(part for part in parts if part)[:LONGEST_NAME].strip("-_") or "export"
        return f"{told}_{self.as_of:%Y-%m-%d-%H%M}.{ending}"

    def about(self, by: str, rows: int | None = None) -> list[tuple[str, str]]:
        """What the file is, line by line; how many rows it has is known at its end only."""
        told = [("What", self.title), *(("Only", one) for one in self.filters)]
        told += [] if self.filters else [("Only", "everything that may be seen")]
        told += [("As of", instant(self.as_of)), ("By", by), ("Times", "UTC")]
        told += [] if rows is None else [("Rows", f"{rows}")]
        return told + ([("Note", self.note)] if self.note else [])


def export_of(
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    as_of: datetime,
    filters: Sequence[str] = (),
    note: str = "",
) -> Export:
    """An export of `rows` with these columns."""
    values = [column.value for column in columns]
    cells = ([value(row) for value in values] for row in rows)
    return Export(title, [column.name for column in columns], cells, as_of, filters, note)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]

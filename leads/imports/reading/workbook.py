"""What are the rows of a sheet? In the shape in which `rows` gives those of a text.

Parsing a sheet is slow. Between `keep_rows` and its end the rows of a file are kept in a file without a name, which goes
with the process, so that the second pass need not parse again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

import orjson

from leads.imports.reading.layout import Layout, LeftOut, Note, Plain, Record, Since1904
from leads.imports.reading.names import set_names_aside
from leads.imports.reading.sheets import Book, Row, Seen, Sheet, open_book

BATCH = 1000
BLOCK = 1 << 20


@dataclass
class _Kept:
    """Rows of one sheet on disk, whole or not yet."""

    file: IO[bytes]
    size: int = 0
    seen: Seen = field(default_factory=Seen)


_keeping: dict[Path, dict[str | None, _Kept]] = {}
_lock = Lock()


@contextmanager
def keep_rows(path: Path) -> Iterator[None]:
    """While it lasts, what is read of a workbook is kept for whoever reads it again."""
    with _lock:
        mine = path not in _keeping
        if mine:
            _keeping[path] = {}
    try:
        yield
    finally:
        if mine:
            with _lock:
                kept = _keeping.pop(path)
            for one in kept.values():
                one.file.close()


def batches(path: Path, layout: Layout, tell: LeftOut) -> Iterator[list[Record]]:
    """The data records of a sheet, many at a time."""
    seen = Seen()
    width = layout.width or 0  # of the names, not of the widest row
    batch: list[Record] = []
    names: list[str] = []
    for number, cells in _rows(path, layout, seen):
        if layout.header is not None and number <= layout.header:
            if number < layout.header:
                tell(Note("above_the_table", "Lines above the names of the columns are left out", number))
            else:
                names = cells[:width] + [""] * (width - len(cells))
            continue
        if layout.comment and cells[0].startswith(layout.comment) and sum(map(bool, cells)) < width:
            tell(Note("comments", f"Lines that begin with {layout.comment} are comments and are left out", number))
            continue
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            del cells[width:]
        elif len(cells) < width:
            cells += [""] * (width - len(cells))
        batch.append(Record(number, cells))
        if len(batch) >= BATCH:
            yield set_names_aside(batch, names)
            batch = []
    _tell_seen(seen, layout, tell)
    if batch:
        yield set_names_aside(batch, names)


def _tell_seen(seen: Seen, layout: Layout, tell: LeftOut) -> None:
    below = [ref for ref in seen.merged if _first_row(ref) > (layout.header or 0)]
    for ref in below:
        words = f"Cells are merged ({ref} and perhaps others): only the first of them has a value, the others are empty"
        tell(Note("merged_cells", words, _first_row(ref)))
    for number in seen.hidden_rows:
        tell(Note("hidden_rows", "Rows that are hidden in the workbook come in like the others", number))


def _first_row(ref: str) -> int:
    digits = "".join(letter for letter in ref.partition(":")[0] if letter.isdigit())
    return int(digits or 0)


def _rows(path: Path, layout: Layout, seen: Seen) -> Iterator[Row]:
    keeping = _keeping.get(path)
    if keeping is not None and layout.sheet in keeping:
        kept = keeping[layout.sheet]
        seen.merged, seen.hidden_rows = kept.seen.merged, kept.seen.hidden_rows
        yield from _from_disk(kept)
        return
    with open_book(path, layout.container) as book:
        rows = book.rows(find_sheet(book, layout.sheet), seen)
        if keeping is None:
            yield from rows
        else:
            yield from _to_disk(rows, seen, keeping, layout.sheet)


def find_sheet(book: Book, name: str | None) -> Sheet:
    """The sheet of that name; without one the first."""
    return next((sheet for sheet in book.sheets if sheet.name == name), book.sheets[0])


def _to_disk(rows: Iterator[Row], seen: Seen, keeping: dict[str | None, _Kept], sheet: str | None) -> Iterator[Row]:
    """The rows as they come; once all of them came they are kept."""
    kept = _Kept(tempfile.TemporaryFile(), seen=seen)  # noqa: SIM115
    for number, cells in rows:
        plain = [place for place, cell in enumerate(cells) if isinstance(cell, Plain)]
        since = any(isinstance(cell, Since1904) for cell in cells)
        said = [str(cell) if isinstance(cell, Plain) else cell for cell in cells]
        line = orjson.dumps([number, said, plain, since])
        kept.size += kept.file.write(line + b"\n")
        yield number, cells
    kept.file.flush()
    keeping[sheet] = kept


def _from_disk(kept: _Kept) -> Iterator[Row]:
    place, rest = 0, b""
    while place < kept.size:
        block = os.pread(kept.file.fileno(), BLOCK, place)
        place += len(block)
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number, cells, plain, since = orjson.loads(line)
            for column in plain:
                cells[column] = (Since1904 if since else Plain)(cells[column])
            yield number, cells

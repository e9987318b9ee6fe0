"""What are the rows of a file in a layout? Both passes of an import and the mapping page read them here.

Every record is a row, set aside with a fault, or told to `left_out`; only blank lines go without a word.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leads.imports.reading import totals, workbook
from leads.imports.reading.container import is_workbook, unpacked
from leads.imports.reading.dialects import is_comment, is_sep_line
from leads.imports.reading.layout import Layout, LeftOut, Note, Record
from leads.imports.reading.names import set_names_aside
from leads.imports.reading.records import Records

ABOVE = Note("above_the_table", "Lines above the names of the columns are left out", 0)
FEW = 10
Batches = Iterator[list[Record]]


def read_records(path: Path, layout: Layout, left_out: LeftOut | None = None) -> Iterator[Record]:
    """The data records: without the names of the columns, comments, blank lines and what stands above the names.

    `left_out` is told of every line that is no row.
    """
    tell = left_out or _tell_nobody
    for batch in _without_totals(path, layout, tell):
        yield from batch


@contextmanager
def open_records(path: Path, layout: Layout) -> Iterator[Records]:
    """The records of a text from its beginning."""
    with unpacked(path, layout.container) as packed:
        stream = io.TextIOWrapper(packed, encoding=layout.encoding, newline="")
        try:
            yield Records(stream, layout)
        finally:
            stream.detach()


def faults_and_misfits(path: Path, layout: Layout, width: int) -> int:
    """How many records of a text cannot be read or have another width."""
    with open_records(path, layout) as records:
        return sum(
            record.fault is not None or len(record.cells) != width
            for batch in records.batches(width, lambda line: None)
            for record in batch
        )


def _tell_nobody(note: Note) -> None:
    """For those who only want rows."""


def _batches(path: Path, layout: Layout, tell: LeftOut) -> Batches:
    if is_workbook(layout.container):
        yield from workbook.batches(path, layout, tell)
        return
    with open_records(path, layout) as records:
        yield from _of_text(records, layout, tell)


def _of_text(records: Records, layout: Layout, tell: LeftOut) -> Batches:
    def comment(line: int) -> None:
        tell(Note("comments", f"Lines that begin with {layout.comment} are comments and are left out", line))

    first = _until_table(records, layout)
    width = len(first[-1].cells) if first else 0
    named = layout.header is not None
    for record in first[:-1]:
        if is_comment(record, layout) and (named or len(record.cells) < width):
            comment(record.line)
        elif named:
            tell(ABOVE._replace(line=record.line))
        else:
            yield [record]
    if first and not named:
        yield first[-1:]
    names = first[-1].cells if first and named else []
    for batch in records.batches(width, comment):
        whole = [one if len(one[1]) <= width else _without_blank_end(one, width) for one in batch]
        yield set_names_aside(whole, names)


def _until_table(records: Records, layout: Layout) -> list[Record]:
    """The first records up to the one that tells the table's width: its names, or its first row that is no comment."""
    first: list[Record] = []
    while (record := records.one()) is not None:
        if is_sep_line(record):
            continue
        first.append(record)
        if record.line >= layout.header if layout.header is not None else not is_comment(record, layout):
            break
    return first


def _without_blank_end(record: Record, width: int) -> Record:
    """A record that is too long by empty cells only, without them."""
    if record.fault is not None or any(cell.strip() for cell in record.cells[width:]):
        return record
    return Record(record.line, record.cells[:width])


def _without_totals(path: Path, layout: Layout, tell: LeftOut) -> Batches:
    """The batches, with totals at the end of the table set aside; the last batch is held back until it is the last."""
    held: list[Record] = []
    before: Record | None = None
    for batch in _batches(path, layout, tell):
        if len(held) < FEW:
            held = [*held, *batch]
            continue
        before = held[-1]
        yield held
        held = batch
    yield _totals_set_aside(path, layout, held, before)


def _totals_set_aside(path: Path, layout: Layout, held: list[Record], before: Record | None) -> list[Record]:
    """The last rows, with the totals and notes at their end set aside."""
    start = len(held)
    while start > 0 and totals.may_end(held[start - 1]):
        start -= 1
    rows = [*([before] if before else []), *held]
    like = next((row for row in reversed(rows[: len(rows) - len(held) + start]) if row.fault is None), None)
    last, marked, ended = (held[start - 1] if start else before), {}, False
    for place, record in enumerate(held[start:], start):
        apart = ended or totals.is_apart(record, last)
        last = record
        if totals.says_total(record) and _is_total(path, layout, record, like):
            marked[place], ended = totals.set_aside(record), True
        elif not any(cell.strip() for cell in record.cells):
            ended = True
        elif apart and totals.is_note(record, like):
            marked[place], ended = totals.noted(record), True
        else:
            marked, ended = {}, False
    return [marked.get(place, record) for place, record in enumerate(held)]


def _is_total(path: Path, layout: Layout, record: Record, like: Record | None) -> bool:
    return totals.is_total(record, like) or totals.adds_up(record, _cells_above(path, layout, record.line))


def _cells_above(path: Path, layout: Layout, line: int) -> Iterator[list[str]]:
    for batch in _batches(path, layout, _tell_nobody):
        for record in batch:
            if record.line >= line:
                return
            if record.fault is None and not totals.says_total(record):
                yield record.cells

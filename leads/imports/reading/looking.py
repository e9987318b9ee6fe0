"""How is a file laid out? Told by the profile, by the file itself, or asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from alignment.refusals import Refused
from leads.imports.reading import container, workbook_look
from leads.imports.reading.dialects import Way, choose_way
from leads.imports.reading.encodings import find_encoding
from leads.imports.reading.headers import Header
from leads.imports.reading.layout import AUTO, Layout, Look, Record, Wanted, Wishes
from leads.imports.reading.names import repeated
from leads.imports.reading.rows import faults_and_misfits, open_records
from leads.imports.reading.scanning import BLOCK, Scan

SAMPLE = 100
_ASCII_INSIDE = frozenset({"utf-8-sig", "cp1252"})


def look(path: Path, wishes: Wishes, wanted: Wanted | None = None) -> Look:
    """The layout of a file and its columns; `Refused` for what is no table. `wanted` is what the profile needs."""
    packed = container.recognise(path)
    if container.is_workbook(packed):
        return workbook_look.look(path, packed, wishes, wanted)
    quote = '"' if wishes.quote == AUTO else wishes.quote
    found = find_encoding(lambda: container.unpacked(path, packed), wishes.encoding, quote)
    comment = "#" if wishes.comment == AUTO else wishes.comment
    general = Layout(packed, found.encoding, quote=quote, comment=comment, header=None)
    encodings = [choice.answer for choice in found.question.choices] if found.question else [found.encoding]
    seen = [_seen(path, replace(general, encoding=name), wishes, wanted, found.scan) for name in encodings]
    fitting = [one for one, fits in seen if fits]
    first = fitting[0] if fitting else seen[0][0]
    if found.question is not None and len(fitting) != 1:
        return replace(first, question=found.question)
    return first


def _seen(path: Path, layout: Layout, wishes: Wishes, wanted: Wanted | None, scan: Scan) -> tuple[Look, bool]:
    """The look in one encoding, and whether the profile has what it needs."""

    def sample(tried: Layout) -> list[Record]:
        last = wishes.header if isinstance(wishes.header, int) else 0
        with open_records(path, tried) as records:
            return list(islice(iter(records.one, None), max(SAMPLE, last)))

    way = choose_way(sample, layout, wishes, wanted, backslashes=scan.backslashes)
    chosen = way.layout
    if scan.backslashes and wishes.escape == AUTO:
        chosen = _escaped(path, way)
        if chosen != way.layout:
            way = choose_way(sample, chosen, replace(wishes, escape=chosen.escape), wanted, backslashes=False)
            chosen = way.layout
    header = way.header
    if scan.mixed and faults_and_misfits(path, chosen, len(header.columns)):
        chosen = replace(chosen, newline=_line_end(path, chosen, way))
    _must_hold_rows(way, wanted, header)
    line = header.record.line if header.record else None
    twice = repeated(header.record.cells) if header.record else ()
    if wishes.comment == AUTO and _begin_rows(path, chosen, len(header.columns)):
        chosen = replace(chosen, comment="")
    layout = replace(chosen, header=line, width=len(header.columns))
    look = Look(layout, header.columns, question=way.question or header.question, repeated=twice)
    return look, header.fits


def _begin_rows(path: Path, layout: Layout, width: int) -> bool:
    """Whether a row as wide as the table begins with the sign of comments: then none of the lines that do is a comment."""
    sign = layout.comment
    if layout.encoding in _ASCII_INSIDE and not _begins_a_line(path, layout, sign.encode()):
        return False
    with open_records(path, layout) as records:
        return any(
            record.cells[0].startswith(sign) and len(record.cells) == width and record.fault is None
            for batch in records.batches(width, lambda line: None)
            for record in batch
            if sign in record.cells[0]
        )


def _begins_a_line(path: Path, layout: Layout, sign: bytes) -> bool:
    last = b""
    with container.unpacked(path, layout.container) as stream:
        while block := stream.read(BLOCK):
            text = last + block
            if any(end + quote + sign in text for end in (b"\n", b"\r") for quote in (b"", b'"')):
                return True
            last = text[-2:]
    return False


def _line_end(path: Path, layout: Layout, way: Way) -> str:
    """How the line ends with which the names of the columns end, or the first row."""
    first = way.header.record or way.records[0]
    following = next((record.line for record in way.records if record.line > first.line), first.line + 1)
    with open_records(path, layout) as records:
        return records.line_end(following - 1)


def _escaped(path: Path, way: Way) -> Layout:
    """The layout with the backslashes as escapes where only so the whole file reads without faults."""
    width = len(way.header.columns)
    double, backslash = (replace(way.layout, escape=escape) for escape in ("double", "backslash"))
    if faults_and_misfits(path, double, width) and not faults_and_misfits(path, backslash, width):
        return backslash
    return double


def _must_hold_rows(way: Way, wanted: Wanted | None, header: Header) -> None:
    """Refuse a file with nothing below its names, unless there is more to be said about the names."""
    comment, width = way.layout.comment, len(header.columns)
    if header.record is None or (wanted is not None and not header.fits):
        return
    below = [record for record in way.records if record.line > header.record.line]
    if all(comment and record.cells[0].startswith(comment) and len(record.cells) < width for record in below):
        raise Refused(
            "only_a_header",
            f"There is nothing below the names of the columns (line {header.record.line}): the file has no rows.",
        )

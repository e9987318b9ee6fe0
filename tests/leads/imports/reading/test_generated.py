"""Does the reader give back what was written, whatever the dialect, encoding, packing and damage?

What it does not give back it refuses, asks about, or sets aside; it never gives other values.
"""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alignment.refusals import Refused
from tests.leads.imports.reading.files import Read, read, write

NAMES = ["key", "Name", "Straße", "amount due", "notes"]
WORDS = st.sampled_from(
    [
        *("", "x", "Anna", "Zoë", "O’Brien", '5" pipe', 'said "so"', "a,b", "c;d", "e|f", "g\th", "two\nlines"),
        *("1.234,50", "2024-01-02", "=1+1", "# no comment", " blanks ", "\\", "C:\\dir", "Köln", "東京", "Ω"),
        *("'quoted'", "sep=;", "#"),
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12) | WORDS
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
PACKINGS = st.sampled_from(["plain", "gzip", "zip"])


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    quoting: int
    newline: str
    encoding: str
    packing: str
    last_newline: bool


DIALECTS = st.builds(
    Dialect,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    ENCODINGS,
    PACKINGS,
    st.booleans(),
)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def text_of(table: list[list[str]], dialect: Dialect) -> str:
    out = io.StringIO()
    how = csv.writer(out, delimiter=dialect.delimiter, quoting=dialect.quoting, lineterminator=dialect.newline)  # type: ignore[arg-type]
    how.writerows(table)
    text = out.getvalue()
    return text if dialect.last_newline else text.removesuffix(dialect.newline)


def packed(content: bytes, packing: str) -> bytes:
    if packing == "gzip":
        return gzip.compress(content)
    if packing == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export.csv", content)
        return out.getvalue()
    return content


def brought(content: bytes, columns: list[str]) -> Read | None:
    """What comes out of a file for a profile that names all columns; None if it is refused or asked about."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = read(write(Path(folder), content), wanted=set(columns).issubset)
        except Refused:
            return None
    return found if found.look.question is None and set(columns) <= set(found.look.columns) else None


def encoded(text: str, dialect: Dialect) -> bytes:
    try:
        return text.encode(dialect.encoding)
    except UnicodeEncodeError:
        assume(False)
        raise


@settings(derandomize=True, deadline=None, max_examples=250)
@given(TABLES, DIALECTS)
def test_what_was_written_is_read(rows: list[list[str]], dialect: Dialect) -> None:
    columns = NAMES[: len(rows[0])]
    content = packed(encoded(text_of([columns, *rows], dialect), dialect), dialect.packing)
    found = brought(content, columns)
    if found is not None:
        assert found.look.columns == columns
        whole = [record.cells for record in found.records if record.fault is None and len(record.cells) == len(columns)]
        left = iter(rows)
        assert all(cells in left for cells in whole), "the rows in their order, and no others"
        if len(whole) == len(found.records):
            assert whole == rows
    # what is in Unicode says so, and is never asked about nor set aside
    if dialect.encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32") and dialect.quoting == csv.QUOTE_ALL:
        assert found is not None
        assert found.faults == []


DAMAGES = st.sampled_from(["cut off", "NUL", "too short", "too long", "open quote"])


def damaged(table: list[list[str]], dialect: Dialect, damage: str, place: int) -> bytes:
    """The file with one thing wrong with it."""
    if damage in ("too short", "too long"):
        row = table[1 + place % (len(table) - 1)]
        row[:] = row[:-1] if damage == "too short" else [*row, "surplus"]
    text = text_of(table, dialect)
    if damage == "NUL":
        text = text[: place % len(text)] + "\x00" + text[place % len(text) :]
    if damage == "open quote":
        lines = text.split(dialect.newline)
        number = 1 + place % max(1, len(lines) - 1)
        lines[number % len(lines)] = f'"{lines[number % len(lines)]}'
        text = dialect.newline.join(lines)
    content = packed(encoded(text, dialect), dialect.packing)
    return content[: place % len(content)] if damage == "cut off" else content


@settings(derandomize=True, deadline=None, max_examples=350)
@given(TABLES, DIALECTS, DAMAGES, st.integers(0, 10_000))
def test_damage_costs_rows_and_never_changes_one(
    rows: list[list[str]], dialect: Dialect, damage: str, place: int
) -> None:
    columns = NAMES[: len(rows[0])]
    if damage == "open quote":
        rows = [[cell.replace("\n", " ").replace('"', "") for cell in row] for row in rows]
    written = [list(row) for row in rows]
    found = brought(damaged([list(columns), *map(list, rows)], dialect, damage, place), columns)
    if found is None:
        return
    whole = [record.cells for record in found.records if record.fault is None and len(record.cells) == len(columns)]
    if damage == "cut off":
        whole = whole[:-1]  # nothing tells that a last value was longer
    assert all(cells in written for cells in whole)
    assert len(whole) <= len(written)

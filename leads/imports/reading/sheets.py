"""Which sheets has a workbook, and what are the rows of one? Streams; openpyxl reads what is small, the rest is read here.

openpyxl's own reader of rows keeps something of every row and all strings in memory; a sheet of hundreds of thousands of
rows must not.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS

from alignment.refusals import Refused
from leads.imports.reading.cells import Styles, text_of
from leads.imports.reading.container import BROKEN, workbook_file
from leads.imports.reading.strings import Strings
from leads.imports.reading.xml import TEXT, make_parser

BLOCK = 1 << 16
MOST_BYTES = 50_000_000_000
MOST_OF_A_SMALL_PART = 200_000_000
Row = tuple[int, list[str]]
_QUOTED = re.compile(r'"[^"]*"|\\.')
"""What a number's format shows as it stands."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, where its rows lie in the file, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass
class Seen:
    """What a pass over a sheet met besides rows."""

    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """An open workbook."""

    archive: zipfile.ZipFile
    sheets: list[Sheet]
    styles: Styles
    strings: Strings

    def rows(self, sheet: Sheet, seen: Seen | None = None) -> Iterator[Row]:
        """The rows of a sheet in which something stands: number and cells, blank cells at the end left away."""
        reader = _RowReader(self.strings, self.styles, seen or Seen())
        try:
            with self.archive.open(sheet.part) as source:
                while block := source.read(BLOCK):
                    reader.parser.Parse(block, False)
                    yield from reader.rows
                    reader.rows.clear()
        except (*BROKEN, expat.ExpatError, KeyError, ValueError) as error:
            raise damaged() from error


@contextmanager
def open_book(path: Path, container: str) -> Iterator[Book]:
    """The workbook in a file; `Refused` if it is damaged."""
    with workbook_file(path, container) as stream:
        try:
            book = _open(stream)
        except (*BROKEN, expat.ExpatError, KeyError, ValueError, TypeError, OSError, AttributeError) as error:
            raise damaged() from error
        with book.archive:
            try:
                yield book
            finally:
                book.strings.close()


def damaged() -> Refused:
    """The sentence about a workbook that cannot be read."""
    return Refused(
        "damaged_file", "The workbook is damaged or cut off: open it in a spreadsheet, save it anew, and bring that."
    )


def _open(stream: BinaryIO) -> Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what a spreadsheet would look like
        reader = ExcelReader(stream, read_only=True, keep_links=False)
        _must_be_measured(reader.archive)
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        sheets = [
            Sheet(sheet.name, rel.target, sheet.state != "visible")
            for sheet, rel in reader.parser.find_sheets()
            if "chartsheet" not in rel.Type and rel.target in reader.valid_files
        ]
    strings = reader.package.find(SHARED_STRINGS)
    source = reader.archive.open(strings.PartName[1:]) if strings is not None else None
    return Book(reader.archive, sheets, _styles(reader), Strings(source))


def _must_be_measured(archive: zipfile.ZipFile) -> None:
    """Parts that are read whole must be small, and all together no bomb."""
    parts = archive.infolist()
    small = [
        part
        for part in parts
        if not part.filename.endswith("sharedStrings.xml") and "/worksheets/" not in part.filename
    ]
    xml = [part for part in small if part.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > MOST_BYTES or any(part.file_size > MOST_OF_A_SMALL_PART for part in xml):
        raise Refused("too_large", "Unpacked, the workbook is larger than any table: bring it in parts, as CSV.")


def _styles(reader: ExcelReader) -> Styles:
    book = reader.wb
    zeros, percents = {}, set()
    for number, style in enumerate(book._cell_styles):
        code = BUILTIN_FORMATS.get(style.numFmtId)
        if code is None and 0 <= style.numFmtId - 164 < len(book._number_formats):
            code = book._number_formats[style.numFmtId - 164]
        if code and len(code) > 1 and not code.strip("0"):
            zeros[number] = len(code)
        if code and "%" in _QUOTED.sub("", code):
            percents.add(number)
    return Styles(
        book.epoch, frozenset(book._date_formats), frozenset(book._timedelta_formats), zeros, frozenset(percents)
    )


class _RowReader:
    """Collects rows while it is fed."""

    def __init__(self, strings: Strings, styles: Styles, seen: Seen) -> None:
        self.rows: list[Row] = []
        self._strings, self._styles, self._seen = strings, styles, seen
        self._number = 0
        self._cells: list[str] = []
        self._place = 0
        self._kind = "n"
        self._style: str | None = None
        self._parts: list[str] = []
        self._formula: list[str] = []
        self._in_formula = False
        self._taking = self._phonetic = False
        self._columns: dict[str, int] = {}
        self.parser = make_parser(self._start, self._end, self._take)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self._place = self._column(place) if place else self._place + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s")
            self._parts.clear()
            self._formula.clear()
        elif name == "f":
            self._in_formula = True
        elif name == "v" or (name == TEXT and not self._phonetic):
            self._taking = True
        elif name == "row":
            self._number = int(float(attributes["r"])) if "r" in attributes else self._number + 1
            self._cells, self._place = [], 0
            if attributes.get("hidden") in ("1", "true"):
                self._seen.hidden_rows.append(self._number)
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._seen.merged.append(attributes.get("ref", ""))

    def _end(self, name: str) -> None:
        if name == "v" or name == TEXT:
            self._taking = False
        elif name == "f":
            self._in_formula = False
        elif name == "c":
            if self._parts:
                self._put("".join(self._parts))
                self._parts.clear()
            elif self._formula and self._kind != "str":
                self._put_text("=" + "".join(self._formula))
        elif name == "row":
            if self._cells:
                self.rows.append((self._number, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def _take(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)
        elif self._in_formula:
            self._formula.append(text)

    def _put(self, raw: str) -> None:
        self._put_text(text_of(self._kind, self._style, raw, self._strings, self._styles))

    def _put_text(self, text: str) -> None:
        if not text:
            return
        missing = self._place - 1 - len(self._cells)
        if missing > 0:
            self._cells += [""] * missing
        if missing < 0:
            self._cells[self._place - 1] = text
        else:
            self._cells.append(text)

    def _column(self, place: str) -> int:
        """The number of the column of a place such as AB12."""
        letters = place.rstrip("0123456789")
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters.strip("$").upper():
                number = number * 26 + ord(letter) - 64
            if not 0 < number <= 16_384:
                raise damaged()
            self._columns[letters] = number
        return number

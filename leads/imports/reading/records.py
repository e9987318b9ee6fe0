"""What are the rows of a comma-separated file, and on which line does each begin?

Streams: memory does not grow with the file. Lines are physical ones, the header is line 1, a quoted newline counts.
A row that cannot be read comes out with its fault, and reading goes on at the line after the one it began on, so that
a quote that is never closed costs one row and not the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TextIO

from alignment.refusals import Refused
from leads.imports.reading.layout import Fault, Layout, LeftOut, Record

LONGEST_LINE = 10_000_000
_REASONS = {
    "unexpected end of data": "a quote is opened here and never closed",
    "',' expected after '\"'": "something stands between a closing quote and the next comma",
}


class Lines:
    """Physical lines one by one, with the way back to the second line of the record being read."""

    def __init__(self, stream: TextIO, delimiter: str) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self._taken = 0
        self.first = 1

    def begin(self) -> None:
        """The next line begins a record."""
        self._record = []
        self.first = self._taken + 1

    def back_to_second(self) -> str:
        """Give the lines after the record's first one out again; the first one."""
        self._again.extendleft(reversed(self._record[1:]))
        self._taken = self.first
        return self._record[0]

    def fault(self) -> Fault | None:
        """What is wrong with the record although the library could read it."""
        text = "".join(self._record)
        if "\x00" in text:
            return Fault("invalid_characters", "the row holds a NUL byte")
        if '"' in text and not _well_quoted(self._delimiter).fullmatch(text):
            return Fault("unreadable_row", "a quote opens inside a value that does not begin with one")
        return None

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._taken += 1
        if len(line) == LONGEST_LINE:
            raise Refused(
                "line_too_long", f"Line {self._taken} is longer than {LONGEST_LINE:,} characters: this is no table."
            )
        if not line.isascii():
            _must_be_utf8(line, self._taken)
        self._record.append(line)
        return line


def _must_be_utf8(line: str, number: int) -> None:
    try:
        line.encode()
    except UnicodeEncodeError as error:
        byte, before = ord(line[error.start]) - 0xDC00, line[max(0, error.start - 20) : error.start]
        raise Refused(
            "invalid_encoding",
            f"Line {number} is not UTF-8: byte 0x{byte:02X} after “{before}”. "
            "Other encodings are not supported yet; save the file as UTF-8.",
        ) from error


def read_records(path: Path, layout: Layout, left_out: LeftOut | None = None) -> Iterator[Record]:
    """The data records: without the names of the columns, comments, blank lines and what stands above the names.

    `left_out` is told of every line that is no row.
    """
    for record in read_all(path, layout):
        if layout.header is None or record.line > layout.header:
            yield record


def read_all(path: Path, layout: Layout) -> Iterator[Record]:
    """Every record of the file, the header included; blank lines are none."""
    delimiter = layout.delimiter
    _must_be_text(path)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        lines = Lines(stream, delimiter)
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.begin()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                reason = _REASONS.get(str(error), str(error))
                yield Record(lines.first, [lines.back_to_second().rstrip("\r\n")], Fault("unreadable_row", reason))
                continue
            if len(cells) <= 1 and not "".join(cells).strip():
                continue
            yield Record(lines.first, cells, lines.fault())


@cache
def _well_quoted(delimiter: str) -> re.Pattern[str]:
    """A whole record in which no quote looks as if it opened something in the middle of a value.

    Quotes stand around values, and doubled inside of them; behind a letter or digit one is a mark of inches or seconds.
    """
    sign = re.escape(delimiter)
    bare = rf'(?:[^"\r\n{sign}]|(?<=[^\s"{sign}])")*'
    value = rf'(?:"[^"]*(?:""[^"]*)*"|{bare})'
    return re.compile(rf"{value}(?:{sign}{value})*[\r\n]*")


def _must_be_text(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("invalid_encoding", "The file is UTF-16, which is not supported yet; save it as UTF-8.")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(
            "not_a_table", "The file is a workbook or an archive, not comma-separated text; export it as CSV (UTF-8)."
        )

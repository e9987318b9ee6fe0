"""What are the cells of a text in which a backslash stands before what is not to be understood as a sign?

A backslash before a quote, the delimiter, a newline or another backslash is taken away; before anything else it stays.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

_LONGEST = 131_072


class BackslashReader:
    """Rows of cells, as `csv.reader` gives them, with its errors."""

    def __init__(self, lines: Iterator[str], delimiter: str, quote: str) -> None:
        sign, mark = re.escape(delimiter), re.escape(quote)
        end = rf"(?={sign}|[\r\n]*\Z)"
        escaped = r"\\(?:\r\n|[\s\S])"
        self._quoted = re.compile(rf"{mark}((?:[^{mark}\\]|{escaped}|{mark}{mark})*){mark}{end}")
        self._bare = re.compile(rf"((?:[^{mark}\\\r\n{sign}]|{escaped}|(?<=[^\s{mark}{sign}]){mark})*){end}")
        self._open = re.compile(rf"{mark}(?:[^{mark}\\]|{escaped}|{mark}{mark})*\\?\Z")
        self._escape = re.compile(rf"\\(\r\n|[{mark}{sign}\\\r\n])")
        self._lines, self._delimiter, self._quote = lines, delimiter, quote

    def __iter__(self) -> BackslashReader:
        return self

    def __next__(self) -> list[str]:
        text = next(self._lines)
        while True:
            cells = self._cells(text)
            if cells is not None:
                return cells
            if len(text) > _LONGEST:
                raise csv.Error("field larger than field limit")
            more = next(self._lines, None)
            if more is None:
                raise csv.Error("unexpected end of data")
            text += more

    def _cells(self, text: str) -> list[str] | None:
        """The cells of a record, or None if it goes on in the next line."""
        cells: list[str] = []
        if not text.strip("\r\n"):
            return cells
        place = 0
        while True:
            quoted = text.startswith(self._quote, place)
            match = (self._quoted if quoted else self._bare).match(text, place)
            if match is None:
                if quoted and self._open.match(text, place):
                    return None
                raise csv.Error("delimiter expected after quote")
            value = match[1].replace(self._quote * 2, self._quote) if quoted else match[1]
            cells.append(self._escape.sub(r"\1", value))
            place = match.end()
            if not text.startswith(self._delimiter, place):
                cut = place == len(text) and text.endswith(("\n", "\r"))
                return None if cut else cells
            place += len(self._delimiter)

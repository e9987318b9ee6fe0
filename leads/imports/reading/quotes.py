"""Do the quotes of a record stand where quotes stand, or does one open in the middle of a value?"""

from __future__ import annotations

import re


class Quotes:
    """Judges records of one delimiter and one quote that could be read.

    Quotes stand around values, and doubled inside of them; behind a letter or digit one is a mark of inches or seconds.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        sign, mark = re.escape(delimiter), re.escape(quote)
        bare = rf"(?:[^{mark}\r\n{sign}]|(?<=[^\s{mark}{sign}]){mark})*"
        value = rf"(?:{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*{mark}|{bare})"
        self._record = re.compile(rf"{value}(?:{sign}{value})*[\r\n]*")
        self._pairs = [(quote if before == delimiter else before) + quote for before in f" \t\r\n{quote}"]
        self._between = quote + delimiter + quote
        self._quote = quote

    def stand_well(self, text: str, cells: int) -> bool:
        """Whether all quotes of a record with so many cells do. Most records need no thorough look."""
        if text.startswith(self._quote) and text.count(self._between) == cells - 1:
            return True
        blank, tab, back, new, twice = self._pairs
        if text.isascii() and not (twice in text or blank in text or tab in text or back in text or new in text):
            return True
        return self._record.fullmatch(text) is not None

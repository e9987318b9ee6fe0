"""Does a whole file read in an encoding, and if not, where does it break? One pass in blocks; memory does not grow."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from alignment.refusals import Refused

LONGEST_LINE = 10_000_000
BLOCK = 1 << 20

Opened = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the unpacked bytes of a file from their beginning."""


@dataclass(frozen=True)
class Broken:
    """The first byte that an encoding cannot read."""

    line: int
    byte: int
    before: str
    cut_off: bool
    """Whether the file ends in the middle of a character."""


@dataclass(frozen=True)
class Scan:
    """What a pass over the whole file found."""

    broken: Broken | None
    backslashes: bool = False
    """Whether a backslash stands before a quote anywhere."""
    mixed: bool = False
    """Whether lines end in more than one way."""


class Lines:
    """Counts physical lines of a text that comes in blocks; refuses one that is longer than any table's."""

    def __init__(self) -> None:
        self.number = 1
        self._run = 0
        self._after_return = False
        self._ends: tuple[int, ...] = (0, 0, 0)

    @property
    def mixed(self) -> bool:
        """Whether lines ended in more than one way."""
        return sum(count > 0 for count in self._ends) > 1

    def take(self, text: str) -> None:
        """Count one more block."""
        if not text:
            return
        new, back, both = text.count("\n"), 0, 0
        if "\r" in text or self._after_return:
            back = text.count("\r")
            both = text.count("\r\n") + (self._after_return and text[0] == "\n")
        self.number += new + back - both
        self._ends = tuple(a + b for a, b in zip(self._ends, (new - both, back - both, both), strict=True))
        self._after_return = text[-1] == "\r"
        last = max(text.rfind("\n"), text.rfind("\r"))
        self._run = self._run + len(text) if last < 0 else len(text) - last - 1
        if self._run >= LONGEST_LINE:
            raise Refused(
                "line_too_long", f"Line {self.number} is longer than {LONGEST_LINE:,} characters: this is no table."
            )


def scan(opened: Opened, encoding: str, quote: str = '"') -> Scan:
    """Read the whole file in an encoding."""
    decoder, lines, mark = codecs.getincrementaldecoder(encoding)("strict"), Lines(), f"\\{quote}"
    backslashes, last = False, ""
    with opened() as stream:
        while True:
            block = stream.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError as error:
                return Scan(_broken(error, lines, encoding), backslashes)
            lines.take(text)
            backslashes = backslashes or mark in text or (last == "\\" and text.startswith(quote))
            last = text[-1:] or last
            if not block:
                return Scan(None, backslashes, lines.mixed)


def invalid(encoding: str, broken: Broken) -> Refused:
    """The sentence about a byte that cannot be read."""
    where = f" after “{broken.before}”" if broken.before else ""
    remedy = (
        "the file ends in the middle of a character and may be cut off; bring it whole, or say its encoding in the profile"
        if broken.cut_off
        else "save it as UTF-8, or say its encoding in the profile"
    )
    return Refused(
        "invalid_encoding",
        f"Line {broken.line} is not {encoding.upper()}: byte 0x{broken.byte:02X}{where} cannot be read; {remedy}.",
    )


def _broken(error: UnicodeError, lines: Lines, encoding: str) -> Broken:
    if not isinstance(error, UnicodeDecodeError):
        return Broken(lines.number, 0, "", cut_off=False)
    text = error.object[: error.start].decode(encoding, "ignore")
    lines.take(text)
    before = text.replace("\r", "\n").rpartition("\n")[2][-20:]
    return Broken(lines.number, error.object[error.start], before, cut_off="unexpected end" in error.reason)

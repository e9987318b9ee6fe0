"""Does a kept file speak of somebody? Searched as a whole, whatever it is packed in and however it is written, and row by row.

The whole text finds addresses, numbers and names wherever they stand, also in comments and in notes above a table. The rows find a first
and a last name in cells of their own, and a number however it is written; in big files only where the names stand side by side.
"""

from __future__ import annotations

import codecs
import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from alignment.refusals import Refused
from leads.imports.reading import Layout, Wishes, look, read_records
from leads.imports.reading.container import is_workbook, recognise, unpacked, workbook_file
from leads.imports.uploads import BLOCK

ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "utf-32-le")
SHORTEST = 4
"""Shorter words stand in every file."""
DIGITS = 8
ROWS_UP_TO = 50_000_000
TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Person:
    """By what somebody may be found."""

    words: tuple[str, ...]
    first: str
    last: str
    phone: str

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Any of the words; the two names side by side, whatever separates them."""
        found = {word.casefold() for word in self.words if len(word) >= SHORTEST}
        ways = [re.escape(word) for word in found] + [
            re.escape(word.replace('"', '""')) for word in found if '"' in word
        ]
        if self.first and self.last and len(self.first) + len(self.last) >= SHORTEST:
            one, two = re.escape(self.first.casefold()), re.escape(self.last.casefold())
            apart = r"[\s\"',;|]{1,6}"
            ways += [rf"\b{one}{apart}{two}\b", rf"\b{two}{apart}{one}\b"]
        return re.compile("|".join(ways)) if ways else None

    @property
    def digits(self) -> str:
        """The last digits of the number, the same however it is written."""
        digits = "".join(sign for sign in self.phone if sign.isdigit())[-DIGITS:]
        return digits if len(digits) == DIGITS else ""

    def is_in(self, cells: Sequence[str]) -> bool:
        """Whether a row is about this person."""
        bare = {cell.strip().casefold() for cell in cells}
        if self.first and self.last and {self.first.casefold(), self.last.casefold()} <= bare:
            return True
        digits = self.digits
        return bool(digits) and any(
            digits in "".join(filter(str.isdigit, cell)) for cell in bare if digits[-2:] in cell
        )


def speaks_of(path: Path, person: Person, layouts: Sequence[Layout]) -> bool:
    """Whether the file names this person; `layouts` are those in which it was read, if it was."""
    pattern = person.pattern
    if pattern is None or not path.is_file():
        return False
    try:
        if any(pattern.search(text) for text in _texts(path, layouts)):
            return True
        if path.stat().st_size > ROWS_UP_TO:
            return False
        return any(_in_rows(path, person, layout) for layout in layouts or [look(path, Wishes()).layout])
    except (Refused, OSError, UnicodeError, zipfile.BadZipFile):
        return _in_bytes(path, pattern)


def _texts(path: Path, layouts: Sequence[Layout]) -> Iterator[str]:
    container = recognise(path)
    if is_workbook(container):
        with workbook_file(path, container) as book, zipfile.ZipFile(book) as archive:
            for name in archive.namelist():
                if name.endswith(".xml"):
                    with archive.open(name) as part:
                        for text in _windows(part, "utf-8"):
                            yield html.unescape(TAG.sub("", text))
        return
    for encoding in dict.fromkeys([*(layout.encoding for layout in layouts if layout.encoding), *ENCODINGS]):
        with unpacked(path, container) as stream:
            yield from _windows(stream, encoding)


def _windows(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The text, small letters, block by block, each with the end of the one before it."""
    decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
    end = ""
    while block := stream.read(BLOCK):
        text = end + decode(block).casefold()
        yield text
        end = text[-1000:]


def _in_rows(path: Path, person: Person, layout: Layout) -> bool:
    return any(person.is_in(record.cells) for record in read_records(path, layout))


def _in_bytes(path: Path, pattern: re.Pattern[str]) -> bool:
    """For what is no table: the bytes as they are."""
    with path.open("rb") as stream:
        return any(pattern.search(text) for text in _windows(stream, "cp1252"))


def names_of(texts: Iterable[str | None]) -> tuple[str, ...]:
    """What is long enough to be looked for."""
    return tuple(text for text in texts if text and len(text) >= SHORTEST)

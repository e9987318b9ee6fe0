"""The shared strings of a workbook, by their number: read as far as they are asked for, kept on disk where they are many."""

from __future__ import annotations

import os
import re
import tempfile
from array import array
from collections.abc import Iterator
from typing import IO

from leads.imports.reading.xml import TEXT, make_parser

BLOCK = 1 << 16
IN_MEMORY = 30_000_000
"""So many characters of them stay in memory."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Strings:
    """Looked up like a list. The source is read once, from front to back."""

    def __init__(self, source: IO[bytes] | None) -> None:
        self._source = source
        self._parsed = _parse(source) if source is not None else iter(())
        self._first: list[str] = []
        self._characters = 0
        self._rest = tempfile.TemporaryFile()  # noqa: SIM115  without a name: gone with the process
        self._ends = array("Q", [0])
        self._unwritten: list[bytes] = []
        self._recent: dict[int, str] = {}

    def __getitem__(self, number: int) -> str:
        while number >= len(self._first) + len(self._ends) - 1:
            more = next(self._parsed, None)
            if more is None:
                return ""
            for text in more:
                self._add(text)
        if number < len(self._first):
            return self._first[number]
        return self._from_disk(number - len(self._first))

    def close(self) -> None:
        """Let go of what is kept."""
        self._rest.close()
        if self._source is not None:
            self._source.close()

    def _add(self, text: str) -> None:
        if self._characters < IN_MEMORY:
            self._first.append(text)
            self._characters += len(text) + 60
            return
        content = text.encode("utf-8", "surrogatepass")
        self._unwritten.append(content)
        self._ends.append(self._ends[-1] + len(content))

    def _from_disk(self, place: int) -> str:
        found = self._recent.get(place)
        if found is None:
            if self._unwritten:
                self._rest.write(b"".join(self._unwritten))
                self._rest.flush()
                self._unwritten = []
            start, end = self._ends[place], self._ends[place + 1]
            found = os.pread(self._rest.fileno(), end - start, start).decode("utf-8", "surrogatepass")
            if len(self._recent) > 20_000:
                self._recent.clear()
            self._recent[place] = found
        return found


def unescaped(text: str) -> str:
    """The text with signs that XML cannot hold, which workbooks write as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _parse(source: IO[bytes]) -> Iterator[list[str]]:
    """The strings, block by block."""
    reader = _StringReader()
    parser = make_parser(reader.start, reader.end, reader.take)
    while block := source.read(BLOCK):
        parser.Parse(block, False)
        if reader.found:
            yield reader.found
            reader.found = []


class _StringReader:
    """Collects strings while it is fed; how they are to be pronounced is no part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._taking = self._phonetic = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "rPh":
            self._phonetic = True
        self._taking = name == TEXT and not self._phonetic

    def end(self, name: str) -> None:
        """An element ends."""
        self._taking = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append(unescaped("".join(self._parts)))
            self._parts.clear()

    def take(self, text: str) -> None:
        """Text inside the element."""
        if self._taking:
            self._parts.append(text)

"""What are the records of a text, and on which line does each begin? Used by the look and by `rows`.

Streams: memory does not grow with the file. Lines are physical ones, a quoted newline counts. A record that cannot be
read comes out with its fault, and reading goes on at the line after the one it began on, so that a quote that is never
closed costs one row and not the rest of the file. After the names of the columns, lines are read many at a time.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from leads.imports.reading.backslashes import BackslashReader
from leads.imports.reading.layout import Fault, Layout, Record
from leads.imports.reading.quotes import Quotes

if TYPE_CHECKING:
    import _csv

BLOCK = 1 << 13  # larger ones only keep the garbage collector busy
LONGEST_VALUE = 131_072
BATCH = 1000
UNREADABLE = "unreadable_row"
_ENDLESS = "unexpected end of data"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_new = tuple.__new__


class Lines:
    """Physical lines one by one, with the way back to the second line of the record being read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._block: list[str] = []
        self._next = 0
        self._record: list[str] = []
        self.taken = 0
        self.first = 1

    def begin(self) -> None:
        """The next line begins a record."""
        self._record = []
        self.first = self.taken + 1

    def back_to_second(self) -> str:
        """Give the lines after the record's first one out again; the first one."""
        again = self._record[1:]
        if again:
            self._block, self._next = [*again, *self._block[self._next :]], 0
        first = self._record[0]
        self._record = [first]
        self.taken = self.first
        return first

    def rest(self) -> list[str]:
        """The lines that were taken from the stream and not given out; they are the caller's now."""
        rest, self._block, self._next = self._block[self._next :], [], 0
        return rest

    def more(self) -> list[str]:
        """A block of further lines from the stream."""
        return self._stream.readlines(BLOCK)

    @property
    def text(self) -> str:
        """The record being read, as it stands."""
        return "".join(self._record)

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if self._next >= len(self._block):
            self._block, self._next = self.more(), 0
            if not self._block:
                raise StopIteration
        line = self._block[self._next]
        self._next += 1
        self.taken += 1
        self._record.append(line)
        return line


class Records:
    """The records of a text in a layout: one by one with `one`, then all others with `batches`."""

    def __init__(self, stream: TextIO, layout: Layout) -> None:
        self.layout = layout
        self._lines = Lines(stream)
        self._pieces = False
        self._backslash = layout.escape == "backslash"
        quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
        self._how = {"delimiter": layout.delimiter, "quotechar": layout.quote or None, "quoting": quoting}
        self._rows: Iterator[list[str]] = (
            BackslashReader(self._lines, layout.delimiter, layout.quote)
            if self._backslash
            else self._reader(self._lines)
        )
        self._quotes = Quotes(layout.delimiter, layout.quote) if layout.quote and not self._backslash else None

    def one(self) -> Record | None:
        """The next record, whatever it is; blank lines are none."""
        while True:
            self._lines.begin()
            try:
                cells = next(self._rows)
            except StopIteration:
                return None
            except csv.Error as error:
                fault = self._unreadable(error)
                return Record(self._lines.first, [self._lines.back_to_second().rstrip("\r\n")], fault)
            if not _is_blank(cells):
                return Record(self._lines.first, cells, self._fault(cells, self._lines.text))

    def line_end(self, line: int) -> str:
        """With what a physical line ends."""
        return next((_end_of(text) for text in islice(self._lines, line - 1, line)), "")

    def batches(self, width: int, comment: Callable[[int], None]) -> Iterator[list[Record]]:
        """All further records, many at a time; `comment` is told the lines of comments in a table of that width."""
        if self._backslash or self.layout.newline:
            yield from self._slowly(width, comment)
            return
        lines, taken, ended = self._lines.rest(), self._lines.taken, False
        while not ended:
            more = self._lines.more()
            ended = not more
            batch, used = self._read_block([*lines, *more], taken, width, comment, last=ended)
            lines = [*lines, *more][used:] if used < len(lines) + len(more) else []
            taken += used
            if batch:
                yield batch

    def _slowly(self, width: int, comment: Callable[[int], None]) -> Iterator[list[Record]]:
        while (record := self.one()) is not None:
            if self._is_comment(self._lines.text, record.cells, width):
                self._lines.back_to_second()
                comment(record.line)
            else:
                yield [record]

    def _read_block(
        self, lines: list[str], taken: int, width: int, comment: Callable[[int], None], *, last: bool
    ) -> tuple[list[Record], int]:
        """The records that are whole in a block of lines, and how many of its lines they are."""
        batch: list[Record] = []
        done = 0
        while True:
            stops = self._stops(lines, done)
            stop = stops.pop() if stops else len(lines)
            begun, rows = done, self._reader(islice(lines, done, None))
            try:
                for cells in rows:
                    end = begun + rows.line_num
                    if stop < end:
                        stop = _next_stop(stops, end, len(lines))
                        text = lines[done] if end == done + 1 else "".join(lines[done:end])
                        if len(cells) < width and self._is_comment(text, cells, width):
                            end = done + 1
                            comment(taken + end)
                        elif len(cells) > 1 or not _is_blank(cells):
                            batch.append(_new(Record, (taken + done + 1, cells, self._fault(cells, text))))
                    elif len(cells) > 1 or not _is_blank(cells):
                        batch.append(_new(Record, (taken + done + 1, cells, None)))
                    done = end
                    if end != begun + rows.line_num:
                        break
                else:
                    return batch, done
            except csv.Error as error:
                if str(error) == _ENDLESS and not last:
                    return batch, done
                batch += self._broken(error, lines[done], taken + done + 1, width, comment)
                done += 1

    def _broken(
        self, error: csv.Error, line: str, number: int, width: int, comment: Callable[[int], None]
    ) -> list[Record]:
        """The record that begins on a line and cannot be read, unless the line is a comment."""
        first = line.rstrip("\r\n")
        if self._is_comment(first, [first], width):
            comment(number)
            return []
        return [Record(number, [first], self._unreadable(error))]

    def _stops(self, lines: list[str], done: int) -> list[int]:
        """The lines not done, the last first, that hold a quote or a NUL, or begin as comments do."""
        text = "".join(lines)
        quote, sign = self.layout.quote or "\x00", self.layout.comment
        if quote not in text and "\x00" not in text and not (sign and sign in text):
            return []
        start = sign or "\x00"
        found = [
            place
            for place, line in enumerate(islice(lines, done, None), done)
            if quote in line or "\x00" in line or line.startswith(start)
        ]
        found.reverse()
        return found

    def _is_comment(self, text: str, cells: list[str], width: int) -> bool:
        sign = self.layout.comment
        return bool(sign) and len(cells) < width and text.startswith(sign)

    def _reader(self, lines: Iterable[str]) -> _csv.Reader:
        return csv.reader(lines, strict=True, **self._how)  # type: ignore[arg-type]

    def _unreadable(self, error: csv.Error) -> Fault:
        said = str(error)
        if said == _ENDLESS:
            said = "a quote is opened here and never closed"
        elif "expected after" in said:
            sign = self.layout.delimiter
            said = f"something stands between a closing quote and the next {_NAMES.get(sign, f'“{sign}”')}"
        elif "field larger" in said:
            said = f"a value is longer than {LONGEST_VALUE:,} characters, or a quote is opened here and never closed"
        return Fault(UNREADABLE, said)

    def _fault(self, cells: list[str], text: str) -> Fault | None:
        """What is wrong with a record although it could be read."""
        if "\x00" in text:
            return Fault("invalid_characters", "the row holds a NUL byte")
        if self.layout.newline and self._is_broken(text):
            return Fault(
                "broken_row", "lines end here in another way than the names of the columns: the row is in pieces"
            )
        if self._quotes is not None and not self._quotes.stand_well(text, len(cells)):
            return Fault(UNREADABLE, "a quote opens inside a value that does not begin with one")
        return None

    def _is_broken(self, text: str) -> bool:
        """Whether a record ends as rows of this file do not, or is the rest of one that did."""
        rest, self._pieces = self._pieces, text.endswith(("\r", "\n")) and _end_of(text) != self.layout.newline
        return rest or self._pieces


def _next_stop(stops: list[int], end: int, none: int) -> int:
    """The first of the stops that is not before `end`; those before it are taken away."""
    while stops:
        stop = stops.pop()
        if stop >= end:
            return stop
    return none


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :][-2 if line.endswith("\r\n") else -1 :]


def _is_blank(cells: list[str]) -> bool:
    return len(cells) <= 1 and not "".join(cells).strip()

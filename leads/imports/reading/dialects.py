"""By which sign are the cells of a text separated? The one with which the profile has what it needs, else the one that
gives every row the same number of cells; two that do so equally are a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from alignment.refusals import Refused
from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading.headers import Header, find_header, fitting_header, width_of
from leads.imports.reading.layout import AUTO, Layout, Record, Wanted, Wishes

SIGNS = (",", ";", "\t", "|")
ESCAPES = ("double", "backslash")
MARGIN = 0.2
_ID = re.compile(r"\w+$")
_SEP = re.compile(r'"?sep=(.)"?[\r\n]*')

Sample = Callable[[Layout], list[Record]]
"""The first records of the file in a layout."""


@dataclass(frozen=True)
class Way:
    """One way to read a text: its layout but for the header, its first records, and what is still to be asked."""

    layout: Layout
    records: list[Record]
    header: Header
    question: Question | None = None


@dataclass(frozen=True)
class _Try:
    layout: Layout
    records: list[Record]
    header: Header | None

    @property
    def width(self) -> int:
        """How many cells most of its records have."""
        return width_of(self.records)

    def first_parted(self) -> int:
        """The line of the first record that has more than one cell."""
        return next((record.line for record in self.records if len(record.cells) > 1), self.records[-1].line + 1)

    def share(self, start: int) -> float:
        """How many of the records from a line on have the table's width; none of a single column."""
        rows = [record for record in self.records if record.line >= start]
        width = width_of(rows)
        whole = sum(record.fault is None and len(record.cells) == width for record in rows)
        return whole / len(rows) if width > 1 else 0.0

    def whole(self) -> float:
        """How many of the rows below the names are as wide as those."""
        if self.header is None:
            return 0.0
        first = self.header.record.line if self.header.record else 0
        rows = [record for record in self.records if record.line > first]
        return sum(len(row.cells) == len(self.header.columns) for row in rows) / len(rows) if rows else 1.0

    @property
    def fits(self) -> bool:
        return self.header is not None and self.header.fits


def is_sep_line(record: Record) -> bool:
    """Whether a record is the first line by which spreadsheets say how to read the rest, such as `sep=;`."""
    parted = [cell.strip('"') for cell in record.cells] == ["sep=", ""]
    return record.line == 1 and (parted or (len(record.cells) == 1 and _SEP.fullmatch(record.cells[0]) is not None))


def is_comment(record: Record, layout: Layout) -> bool:
    """Whether a record begins as comments do; whether it is one depends on the table's width too."""
    return bool(layout.comment) and record.cells[0].startswith(layout.comment)


def choose_way(sample: Sample, layout: Layout, wishes: Wishes, wanted: Wanted | None, *, backslashes: bool) -> Way:
    """The way to read a text that its profile, its first line or its rows tell."""
    signs = SIGNS if wishes.delimiter == AUTO else (wishes.delimiter,)
    if wishes.delimiter == AUTO and (named := _named_by_first_line(sample, layout)):
        signs = (named,)
    tries = [_try(sample, replace(layout, delimiter=sign), wishes, wanted, backslashes) for sign in signs]
    fitting = [one for one in tries if one.fits]
    equal = _best(fitting or tries)
    first = equal[0]
    header = first.header or find_header(first.records, wishes.header, None)
    question = _which(equal) if len(equal) > 1 else None
    return Way(first.layout, first.records, header, question)


def _named_by_first_line(sample: Sample, layout: Layout) -> str | None:
    first = next(iter(sample(replace(layout, delimiter="\x1f"))), None)
    match = _SEP.fullmatch(first.cells[0]) if first is not None and first.line == 1 else None
    return match[1] if match else None


def _try(sample: Sample, layout: Layout, wishes: Wishes, wanted: Wanted | None, backslashes: bool) -> _Try:
    escapes = ESCAPES if wishes.escape == AUTO and backslashes else (layout.escape,)
    if wishes.escape != AUTO:
        escapes = (wishes.escape,)
    tries = [_read(sample, replace(layout, escape=escape), wishes, wanted) for escape in escapes]
    return max(tries, key=lambda one: (one.fits, one.share(one.first_parted())))


def _read(sample: Sample, layout: Layout, wishes: Wishes, wanted: Wanted | None) -> _Try:
    records = [record for record in sample(layout) if not is_sep_line(record)]
    table = [record for record in records if len(record.cells) > 1 or not is_comment(record, layout)]
    if (
        len(table) == 1
        and len(table[0].cells) == 1
        and all(_ID.match(one.cells[0][1:]) for one in records if one not in table)
    ):
        table = records
    if not table:
        raise Refused("empty_file", _nothing(records, layout))
    header = fitting_header(table, wishes.header, wanted) if wanted is not None else None
    return _Try(layout, table, header)


def _nothing(records: Sequence[Record], layout: Layout) -> str:
    if records:
        return f"There are only comment lines in the file (lines that begin with {layout.comment}): it has no rows."
    return "The file is empty: there is not even a line with the names of the columns."


def _best(tries: Sequence[_Try]) -> list[_Try]:
    """The tries that fit best; several where they fit equally."""
    if all(one.fits for one in tries):
        most = max(one.whole() for one in tries)
        tries = [one for one in tries if one.whole() > most - MARGIN]
    start = min(one.first_parted() for one in tries)
    shares = [(one.share(start), one) for one in tries]
    perfect = [one for share, one in shares if share == 1.0]
    if perfect:
        return perfect
    best = max(share for share, _one in shares)
    return [one for share, one in shares if share > 0 and share > best - MARGIN] or [tries[0]]


def _which(ways: Sequence[_Try]) -> Question:
    line = ways[0].records[0]
    shown = ways[0].layout.delimiter.join(line.cells)
    choices = tuple(Choice(way.layout.delimiter, f"{way.width} columns: {' · '.join(_names(way))}") for way in ways)
    reads = " or ".join(choice.reads for choice in choices)
    detail = f"“{shown}” (line {line.line}) may be {reads}. Say the delimiter in the profile."
    return Question("ambiguous_delimiter", "delimiter", "", shown, line.line, detail, choices)


def _names(way: _Try) -> list[str]:
    return way.header.columns if way.header is not None else way.records[0].cells

"""How is a file laid out, and what comes out of it? The words that the reader and its callers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from leads.imports.profiles.questions import Question

AUTO = "auto"
NONE = "none"


@dataclass(frozen=True)
class Layout:
    """All that is needed to read a file again the same way; kept as JSON in `Import.decisions["layout"]`."""

    container: str = "plain"
    """plain, gzip, zip, xlsx, gzip+xlsx or zip+xlsx"""
    encoding: str = "utf-8-sig"
    """a Python codec; empty for a workbook"""
    delimiter: str = ","
    quote: str = '"'
    escape: str = "double"
    """a quote inside quotes is written twice (`double`) or after a backslash (`backslash`)"""
    newline: str = ""
    """what ends a row, where only that does and other line ends stand inside of values; empty: any does"""
    header: int | None = 1
    """the line of the names (of a workbook: the sheet's row); None: there is none, columns are “Column 1”, …"""
    comment: str = "#"
    """with what comment lines begin; empty: there are none"""
    sheet: str | None = None
    width: int | None = None
    """how many columns a table has whose file does not say it with names, and every sheet"""

    def as_json(self) -> dict[str, Any]:
        """What is kept."""
        return asdict(self)


def kept_layout(decisions: Mapping[str, Any]) -> Layout:
    """The layout that was kept with an import."""
    return Layout(**decisions.get("layout", {}))


class Plain(str):
    """A cell of a workbook that was a typed number or date: in ISO, with a decimal point, never ambiguous."""

    __slots__ = ()


class Since1904(Plain):
    """A typed number of a workbook that counts its days from 1904, should the number be one of a day."""

    __slots__ = ()


class Fault(NamedTuple):
    """Why a row cannot be read at all."""

    code: str
    reason: str


class Record(NamedTuple):
    """One row as it stands in the file: the line it begins on, its cells, and its fault if it has one."""

    line: int
    cells: list[str]
    fault: Fault | None = None


class Note(NamedTuple):
    """Something about a file that is told though nothing is wrong: what was recognised or left out."""

    code: str
    sentence: str
    line: int


@dataclass(frozen=True)
class Wishes:
    """What profile and answers say about the layout; `auto` is whatever the file itself tells."""

    encoding: str = AUTO
    delimiter: str = AUTO
    quote: str = AUTO
    escape: str = AUTO
    header: int | str = AUTO
    """the line of the names, `none` or `auto`"""
    comment: str = AUTO
    """`auto`, one sign, or nothing: no line is a comment"""
    sheet: str = AUTO


@dataclass(frozen=True)
class Look:
    """What a look at a file found. With a question, layout and columns are those of its first choice."""

    layout: Layout
    columns: list[str]
    notes: tuple[Note, ...] = ()
    question: Question | None = None
    repeated: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """names that stand over several columns, with the places of those"""


Wanted = Callable[[Sequence[str]], bool]
"""Whether columns satisfy the profile."""

LeftOut = Callable[[Note], None]
"""Told of every line of the file that is no row: comments, what stands above the names."""

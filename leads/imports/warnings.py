"""What deserves a look although it went in? Warnings of rows, gathered by code: how many, and where the first are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, NotRequired, TypedDict

from leads.imports.reading import Note

FIRST_LINES = 5


class RowWarning(NamedTuple):
    """One row's warning, as its writer said it."""

    code: str
    sentence: str
    line: int
    mark: str = ""
    """what it was written with, where that is told: `$`"""


class Gathered(TypedDict):
    """All warnings of a code."""

    code: str
    count: int
    detail: str
    lines: list[int]
    marks: NotRequired[dict[str, int]]
    """how many had which mark"""


_TOLD = {
    "spreadsheet_rewrites": (
        "1 corrected row came back with numbers or dates that a spreadsheet had rewritten and nobody corrected; these values "
        "stay as they were in the file",
        "{count:,} corrected rows came back with numbers or dates that a spreadsheet had rewritten and nobody corrected; these "
        "values stay as they were in the file",
    ),
    "won_before_created": (
        "1 deal was won before its lead's first contact; it stays won",
        "{count:,} deals were won before their leads' first contact; they stay won",
    ),
}


_COUNTED = frozenset({"currency_mark", "mark_left_out", "text_prefix", "rounded"})
"""Of these the sentence begins with how many there are."""


MARKS = "{marks}"
"""Where a sentence names the marks: “$”, a mark of several currencies."""


def gather(known: Iterable[Gathered], new: Iterable[RowWarning | Note]) -> list[Gathered]:
    """The warnings known so far with new ones counted in."""
    by_code = {warning["code"]: Gathered(**warning) for warning in known}
    for warning in new:
        gathered = by_code.setdefault(
            warning.code, Gathered(code=warning.code, count=0, detail=warning.sentence, lines=[])
        )
        gathered["count"] += 1
        if len(gathered["lines"]) < FIRST_LINES:
            gathered["lines"] = [*gathered["lines"], warning.line]
        if isinstance(warning, RowWarning) and warning.mark:
            marks = gathered.get("marks", {})
            gathered["marks"] = {**marks, warning.mark: marks.get(warning.mark, 0) + 1}
            gathered["detail"] = warning.sentence
    for gathered in by_code.values():
        gathered["detail"] = _told(gathered)
    return list(by_code.values())


def _told(gathered: Gathered) -> str:
    one_and_many = _TOLD.get(gathered["code"])
    if one_and_many is None:
        words = gathered["detail"].split(" (line")[0].rstrip(".")
        words = words.replace(MARKS, _marks(gathered.get("marks", {})))
        if gathered["code"] in _COUNTED:
            words = f"{gathered['count']:,} {words.lstrip('0123456789, ')}"
    else:
        words = one_and_many[gathered["count"] > 1].format(count=gathered["count"])
    lines = ", ".join(str(line) for line in gathered["lines"])
    more = ", …" if gathered["count"] > len(gathered["lines"]) else ""
    return f"{words} (line{'s' if gathered['count'] > 1 else ''} {lines}{more})"


def _marks(marks: Mapping[str, int]) -> str:
    """The marks that stood there, the commonest first; how many of each where there are several."""
    if len(marks) == 1:
        return f"“{next(iter(marks))}”, a mark of several currencies,"
    told = [f"“{mark}” ({count:,})" for mark, count in sorted(marks.items(), key=lambda one: (-one[1], one[0]))]
    return f"{', '.join(told)}, marks of several currencies,"

"""What became of one row, whoever sent it: the bulk endpoints and the imports speak of rows in the same words."""

from __future__ import annotations

from typing import Literal, NamedTuple

Status = Literal["created", "updated", "unchanged", "rejected"]


class RowResult(NamedTuple):
    """One row's fate.

    A rejected row names the `field` at fault (None: the row as a whole), a stable code and a sentence.
    `warning` is a sentence about a row that went in and deserves a look; `warning_code` its stable code.
    """

    index: int  # type: ignore[assignment]  # nobody looks for a value in it
    status: Status
    id: int | None = None
    field: str | None = None
    value: str | None = None
    code: str | None = None
    detail: str | None = None
    warning_code: str | None = None
    warning: str | None = None

    def at(self, index: int) -> RowResult:
        """The same fate for the row of another number."""
        return self._replace(index=index)

    def warned(self, code: str, sentence: str) -> RowResult:
        """The same fate, with something that deserves a look."""
        return self._replace(warning_code=code, warning=sentence)


def rejected(index: int, field: str | None, code: str, detail: str, value: str | None = None) -> RowResult:
    """A row that is set aside, with what to do about it."""
    return RowResult(index, "rejected", field=field, value=value, code=code, detail=detail)

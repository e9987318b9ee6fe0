"""What did the editor's form send? The sheet, and what it carries along: the last step's, the first one's, the revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import QueryDict

from alignment.documents import read_document
from alignment.refusals import Refused
from leads.definitions.pages.moving import MOST, too_many_rows
from leads.definitions.pages.posted import read_sheet, unpacked
from leads.definitions.pages.sheet import Sheet

LONGEST_DOCUMENT = 400_000


@dataclass(frozen=True)
class Post:
    """A posted form. `wish` is the button; `before` the sheet of the last step, packed; `began` the terms as they were
    when the draft was opened; `typed` the document as text where it is shown."""

    wish: str
    sheet: Sheet
    before: str
    began: str
    revision: int | None
    document_shown: bool
    typed: str
    lead: str

    def undone(self) -> Sheet | None:
        """The sheet before the last step."""
        sheet = unpacked(self.before) if self.before else None
        return None if sheet is None or too_many_rows(sheet) else sheet

    def began_with(self) -> object:
        """The document that was opened; None where the form carries none."""
        try:
            return read_document(self.began, "What was opened", code="invalid_terms")
        except Refused:
            return None


def read_post(data: QueryDict) -> Post:
    """`BadRequest` where there are more rows than the editor ever has: nobody could read them, nor would a page draw them."""
    revision, sheet = data.get("revision", ""), read_sheet(_pairs(data))
    if too_many_rows(sheet):
        raise BadRequest(f"The editor holds at most {MOST} rows; these are more.")
    return Post(
        wish=data.get("do", ""),
        sheet=sheet,
        before=data.get("before", ""),
        began=data.get("began", ""),
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else None,
        document_shown=bool(data.get("shown")),
        typed=data.get("document", "")[:LONGEST_DOCUMENT],
        lead=data.get("lead", "")[:200].strip(),
    )


def _pairs(data: QueryDict) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, values in data.lists() for value in values)

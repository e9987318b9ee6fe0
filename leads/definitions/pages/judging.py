"""Is what stands in the editor a definition, and where is it not? Asked while one types and before anything is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.kinds import Document, Kind, Scope, find_kind
from alignment.agreements.models import Version
from alignment.agreements.terms import read_terms, terms_of
from alignment.documents import read_document
from alignment.refusals import Refused
from leads.definitions.pages.opening import open_sheet
from leads.definitions.pages.sheet import CRITERIA, Sheet
from leads.definitions.pages.writing import Problem, Way, write
from leads.definitions.terms import KIND, LeadDefinition


@dataclass(frozen=True)
class Judged:
    """What a sheet says. `terms` leaves out what is not finished, and is None while anything is wrong.

    `problems` by place of the sheet, in the order of the sheet; `document` is what the terms were read from.
    """

    document: Document | None
    terms: LeadDefinition | None
    problems: dict[str, list[Problem]]

    @property
    def wrong(self) -> list[Problem]:
        return [one for some in self.problems.values() for one in some if not one.unfinished]

    @property
    def unfinished(self) -> list[Problem]:
        return [one for some in self.problems.values() for one in some if one.unfinished]


def the_kind() -> Kind[LeadDefinition]:
    return find_kind(KIND)


def definition_of(version: Version) -> LeadDefinition:
    """What a version of a lead definition says."""
    terms = terms_of(version)
    if not isinstance(terms, LeadDefinition):
        raise TypeError(f"{version} is no lead definition")
    return terms


def judge(sheet: Sheet, key: str, now: datetime) -> Judged:
    """What the sheet says, and everything that is wrong with it, each at its place."""
    written = write(sheet)
    found = list(written.problems)
    terms = None
    if written.document is not None:
        try:
            read = read_terms(the_kind(), written.document, scope=Scope(key, now))
            terms = read if isinstance(read, LeadDefinition) else None
        except Refused as refused:
            found += [Problem(place_of(one.field, written.places), one.detail) for one in refused.errors] or [
                Problem(CRITERIA, refused.detail)
            ]
    problems: dict[str, list[Problem]] = {}
    for one in found:
        problems.setdefault(one.place, []).append(one)
    wrong = any(not one.unfinished for one in found)
    return Judged(written.document, None if wrong else terms, problems)


def place_of(field: str, places: dict[Way, str]) -> str:
    """The place of the sheet that an error's way in the document (`criteria.all.0.value`) leads to."""
    way: Way = tuple(int(step) if step.isdecimal() and len(step) < 6 else step for step in field.split("."))
    for length in range(len(way), 0, -1):
        if way[:length] in places:
            return places[way[:length]]
    return CRITERIA


def read_typed(text: str, key: str, now: datetime) -> tuple[Sheet | None, Sequence[str]]:
    """The sheet of a document that somebody typed, or what is wrong with it. What its rows can show is shown there."""
    try:
        document = read_document(text, "The document", code="invalid_terms")
        read = read_terms(the_kind(), document, scope=Scope(key, now))
    except Refused as refused:
        return None, [f"{one.field}: {one.detail}" for one in refused.errors] or [refused.detail]
    return (open_sheet(read), ()) if isinstance(read, LeadDefinition) else (None, ("This is no lead definition.",))


def as_text(document: Document | None) -> str:
    """A document as people read it."""
    return json.dumps(document, indent=2, ensure_ascii=False) if document is not None else ""

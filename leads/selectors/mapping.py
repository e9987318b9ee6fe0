"""What does the mapping page show of a file: its columns beside fields, what is open, which values mean what? Read by that page alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from alignment.people.models import User
from leads.imports import service
from leads.imports.kinds import KINDS, Kind
from leads.imports.mapping.arranging import KEEP, columns_of, parts_of, specs_of, taken_for
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.mapping.field_words import MARKETING, fields_of, grouped, title_of
from leads.imports.mapping.naming import is_nameless
from leads.imports.mapping.previewing import open_questions
from leads.imports.mapping.recognising import fitting_profiles
from leads.imports.mapping.studying import SeenColumn, Study, kept_study
from leads.imports.mapping.targets import is_mapped
from leads.imports.models import Import, ImportProfile
from leads.imports.profiles.document import AUTO
from leads.imports.profiles.named import known_profiles
from leads.imports.profiles.questions import Question
from leads.imports.reading import forms
from leads.selectors.mapping_values import ValuesFacts, values_of

SHOWN = 200
"""So many columns that are no field are drawn, each with its select; the others are told by number."""


@dataclass(frozen=True)
class ColumnFacts:
    """One column: what it is taken for (`chosen`; `also` further fields), and why that was proposed."""

    index: int
    seen: SeenColumn
    chosen: str
    also: tuple[tuple[str, str], ...]
    why: str
    own: str

    @property
    def other(self) -> str:
        """The title of what it is taken for, where the list of fields does not hold that: an attribute of another name."""
        return (
            title_of(self.chosen)
            if self.chosen.startswith(("attributes.", "consent.")) and self.chosen != MARKETING
            else ""
        )

    @property
    def is_field(self) -> bool:
        """Whether it is taken for one of the kind's fields: not left out, not merely kept."""
        return bool(self.chosen) and self.chosen != KEEP and not self.chosen.startswith("attributes.")


@dataclass(frozen=True)
class MappingFacts:
    """Everything that the page shows of a draft."""

    draft: ImportDraft
    study: Study
    kind: Kind

    @property
    def document(self) -> dict[str, Any]:
        found = self.draft.profile
        return found if isinstance(found, dict) else {}

    @cached_property
    def columns(self) -> list[ColumnFacts]:
        taken = taken_for(self.document, self.study.names, self.kind)
        why: dict[str, str] = self.draft.basis.get("why", {})
        return [
            _column(index, seen, taken.get(seen.name, ()), why, self.kind)
            for index, seen in enumerate(self.study.columns)
        ]

    @cached_property
    def taken(self) -> list[ColumnFacts]:
        return [column for column in self.columns if column.is_field]

    @cached_property
    def rest(self) -> list[ColumnFacts]:
        """Columns that are no field: kept as attributes, or left out."""
        return [column for column in self.columns if not column.is_field]

    @property
    def shown(self) -> list[ColumnFacts]:
        """So many of them as a page can hold."""
        return self.rest[:SHOWN]

    @property
    def unseen(self) -> int:
        """How many of them are told by number alone."""
        return max(len(self.rest) - SHOWN, 0)

    @property
    def kept(self) -> int:
        return sum(1 for column in self.rest if column.chosen)

    @cached_property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The fields to choose from."""
        return grouped(fields_of(self.kind))

    @cached_property
    def questions(self) -> list[tuple[str, Question]]:
        """What is open about dates and numbers: the field's title, and the question."""
        found = open_questions(self.kind, self.document, self.study)
        return [(title_of(field), question) for field, question in found.items()]

    @property
    def answered(self) -> list[tuple[str, str, Question, str]]:
        """Questions that somebody answered, which may be changed: title, field, question, answer."""
        fields = specs_of(self.document)
        found = []
        for field, spec in fields.items():
            said = parts_of(spec).get("format")
            asked = [column.question for name in columns_of(spec) if (column := self.study.column(name))]
            if said and asked and asked[0] is not None:
                found.append((title_of(field), field, asked[0], str(said)))
        return found

    @property
    def missing(self) -> list[str]:
        """Needed fields that no column and no constant gives, in words."""
        fields = specs_of(self.document)
        groups = [group for group in self.kind.needs_one_of if not set(group) & set(fields)]
        return [" or ".join(f"“{title_of(name)}”" for name in group) for group in groups]

    @property
    def is_unsure(self) -> bool:
        """Whether nothing told what is in the file, and nobody said it yet."""
        return bool(self.draft.basis.get("unsure"))

    @property
    def is_nameless(self) -> bool:
        """Leads of whom nothing says who they are: they do not come in."""
        return is_nameless(self.kind, self.document)

    @property
    def is_numberless(self) -> bool:
        """Leads that nothing tells apart but their whole row."""
        found = set(specs_of(self.document))
        return self.kind.key == "leads" and not self.is_nameless and not {"external_id", "email"} & found

    @property
    def several(self) -> list[tuple[str, list[str], bool]]:
        """Fields that come from more than one column: title, columns, whether they are joined."""
        return [
            (title_of(field), columns_of(spec), "join" in parts_of(spec))
            for field, spec in specs_of(self.document).items()
            if len(columns_of(spec)) > 1
        ]

    @property
    def constants(self) -> list[tuple[str, str, str]]:
        """What is the same in every row: field, title, value."""
        found = [(name, parts_of(spec)) for name, spec in specs_of(self.document).items() if not columns_of(spec)]
        return [(name, title_of(name), "" if spec.get("value") is None else str(spec["value"])) for name, spec in found]

    @property
    def free(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Fields that nothing gives yet, for a constant."""
        taken = set(specs_of(self.document))
        return grouped(name for name in fields_of(self.kind) if name not in taken)

    @cached_property
    def maps(self) -> list[ValuesFacts]:
        """Columns whose values may mean something that exists here."""
        fields = [name for name in specs_of(self.document) if is_mapped(self.kind.key, name)]
        specs = specs_of(self.document)
        found = [values_of(self.kind.key, name, specs[name], self.study) for name in fields if columns_of(specs[name])]
        return [one for one in found if one.values or one.too_many]

    @property
    def read_as(self) -> str:
        """How the file is read, in words."""
        return forms(self.study.layout)

    @property
    def fitting(self) -> list[tuple[str, str, str]]:
        """Profiles that fit the file's columns: name, whose, the kind's title."""
        fits = fitting_profiles((one for one in known_profiles() if one.kind in KINDS), self.study.names)
        return [(fit.known.name, fit.known.whose, KINDS[fit.known.kind].title) for fit in fits if fit.is_whole]

    @property
    def dates(self) -> str:
        """The order of dates that the profile says; empty where the file tells."""
        return _unless_auto(self.document.get("dates"))

    @property
    def decimal(self) -> str:
        return _unless_auto(self.document.get("decimal"))

    @property
    def as_json(self) -> str:
        return json.dumps(self.document, ensure_ascii=False, indent=2)

    @property
    def coming(self) -> int:
        """How many rows would come in, by the last check."""
        checked = self.draft.checked
        return checked.created + checked.updated + checked.unchanged if checked else 0

    @property
    def is_checked(self) -> bool:
        """Whether the last check was of this mapping and went through."""
        checked = self.draft.checked
        return checked is not None and checked.state == Import.State.DONE and not self.is_stale

    @property
    def own_name(self) -> str:
        """The kept profile that the file is read by, if it is one of ours."""
        name = self.draft.profile_name
        return name if ImportProfile.objects.filter(name=name).exists() else ""

    @property
    def is_stale(self) -> bool:
        """Whether the check was of another mapping."""
        checked = self.draft.checked
        return checked is not None and (checked.profile != self.draft.profile or checked.kind != self.draft.kind)

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of a check."""
        waits = self.is_unsure or self.is_nameless or self.missing or self.questions
        return not waits and self.study.question is None


def _unless_auto(said: object) -> str:
    return said if isinstance(said, str) and said != AUTO else ""


def _column(index: int, seen: SeenColumn, fields: Sequence[str], why: dict[str, str], kind: Kind) -> ColumnFacts:
    own = f"attributes.{seen.name}"
    chosen = fields[0] if fields else ""
    if chosen == own:
        chosen = KEEP
    also = tuple((field, title_of(field)) for field in fields[1:])
    told = why.get(fields[0], "") if fields else ""
    return ColumnFacts(index, seen, chosen, also, told, own)


def facts_of(draft: ImportDraft) -> MappingFacts:
    """What the page shows of a draft."""
    return MappingFacts(draft, kept_study(draft.study), KINDS[draft.kind])


def drafts_visible_to(user: User) -> QuerySet[ImportDraft]:
    """All of them for those who may import; none for others."""
    found = ImportDraft.objects.select_related("actor", "checked")
    return found if service.may_import(user) else found.none()


def kept_profiles() -> QuerySet[ImportProfile]:
    """Profiles kept under a name."""
    return ImportProfile.objects.order_by("name")

"""What would the first rows of a file be, read by the profile so far? Tried on the writers and rolled back; nothing stays.

Asked by the mapping page whenever something changes. What is still a question is not guessed: its column is shown as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from alignment.outcome import RowResult
from alignment.people.persons import IMPORTED_TEAM
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.ui import words
from leads.funnel.stage_sets import stage_set
from leads.imports.kinds import KINDS, FieldType, Job, Kind
from leads.imports.mapping.arranging import columns_of, parts_of, specs_of
from leads.imports.mapping.field_words import in_order, title_of
from leads.imports.mapping.studying import Study
from leads.imports.profiles.binding import Binding, RowError
from leads.imports.profiles.decisions import DIALECTS
from leads.imports.profiles.document import AUTO, DATED, NUMERIC, Profile
from leads.imports.profiles.fields import read_profile
from leads.imports.profiles.questions import Question
from leads.imports.rows import write_rows
from leads.imports.values.decimals import SIGNS

WAIT = "500ms"
"""So long a preview waits for rows that an import holds; then it shows what it read, without trying."""

STATUSES = {"created": "new", "updated": "changes", "unchanged": "as before", "rejected": "set aside"}


@dataclass(frozen=True)
class PreviewRow:
    """One row: its line, what would become of it (empty: not tried), its cells in the order of the titles, and why it stays out."""

    line: int
    status: str
    cells: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Preview:
    """The first rows as they will be. `trouble`: why there is none."""

    titles: tuple[str, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    trouble: str = ""
    undecided: tuple[str, ...] = ()


def open_questions(kind: Kind, document: Mapping[str, Any], study: Study) -> dict[str, Question]:
    """Fields whose dates or numbers read in two ways, and nobody said which."""
    found: dict[str, Question] = {}
    for field, spec in specs_of(document).items():
        if _decided(kind, field, spec, document, study) is None:
            asked = [column.question for name in columns_of(spec) if (column := study.column(name)) and column.question]
            found[field] = replace(asked[0], field=field)
    return found


def _decided(kind: Kind, field: str, spec: object, document: Mapping[str, Any], study: Study) -> str | None:
    """How the field's values are read: said, found in its columns, or None where that is open; empty where there is nothing to decide."""
    type_ = kind.type_of(field)
    if type_ not in (*DATED, *NUMERIC):
        return ""
    general = document.get("decimal") if type_ in NUMERIC else document.get("dates")
    said = parts_of(spec).get("format") or general
    if said and said != AUTO:
        return str(said)
    columns = [column for name in columns_of(spec) if (column := study.column(name)) is not None]
    if any(column.question is not None and _is_of(column.question, type_) for column in columns):
        return None
    ways = [column.way for column in columns if column.way and (column.way in SIGNS) == (type_ in NUMERIC)]
    return ways[0] if ways else DIALECTS[type_].plain


def _is_of(question: Question, type_: FieldType) -> bool:
    """Whether a column's question is one that this type of field asks."""
    return question.code.startswith("ambiguous_date") == (type_ in DATED)


def preview_of(
    kind_key: str, document: Mapping[str, Any], study: Study, *, now: datetime, actor_id: int | None
) -> Preview:
    """The first rows as they will be."""
    kind = KINDS[kind_key]
    undecided = tuple(open_questions(kind, document, study))
    fields = {name: spec for name, spec in specs_of(document).items() if name not in undecided}
    try:
        profile = read_profile(kind_key, {**document, "fields": fields}, study.names)
        decided = {name: _decided(kind, name, spec, document, study) or AUTO for name, spec in fields.items()}
        plain = Profile(replace(kind, row=dict), profile.document)
        binding = Binding(plain, study.names, decided, reporting_zone(), reporting_currency())
    except Refused as refused:
        return Preview(trouble=refused.detail, undecided=undecided)
    read = [(record.line, binding.read(record)) for record in study.first]
    rows = [row for _line, row in read if isinstance(row, dict)]
    fates = iter(_tried(kind, rows, document, now, actor_id))
    shown = [name for name in in_order(kind, fields) if not name.startswith("attributes.") and name != "attributes"]
    drawing = _Drawing(kind, shown)
    told = [
        drawing.set_aside(line, row) if isinstance(row, list) else drawing.row(line, row, next(fates))
        for line, row in read
        if isinstance(row, list | dict)
    ]
    return Preview(drawing.titles, tuple(told), undecided=undecided)


def _tried(
    kind: Kind, rows: Sequence[dict[str, Any]], document: Mapping[str, Any], now: datetime, actor_id: int | None
) -> list[RowResult | None]:
    """What the writer makes of the rows, taken back at once; None for each where it is busy."""
    job = Job(
        now=now,
        actor_id=actor_id,
        import_id=0,
        owner_team=str(document.get("owner_team") or IMPORTED_TEAM),
        create_leads=bool(document.get("create_leads")),
    )
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            results: list[RowResult | None] = list(write_rows(kind, [kind.row(**row) for row in rows], job))
            transaction.set_rollback(True)
    except OperationalError:
        return [None] * len(rows)
    return results


class _Drawing:
    """Rows as people read them: titles of stages, dates in words, money with its currency."""

    def __init__(self, kind: Kind, fields: Sequence[str]) -> None:
        self.kind, self.fields = kind, fields
        self.stages = {stage.key: stage.title for stage in stage_set().terms}
        self.currency = reporting_currency()
        others = ("Attributes",) if kind.has_attributes else ()
        self.titles = (*(title_of(name) for name in fields), *others)

    def row(self, line: int, row: Mapping[str, Any], fate: RowResult | None) -> PreviewRow:
        cells = [self._cell(name, row) for name in self.fields]
        attributes = row.get("attributes") or {}
        if self.kind.has_attributes:
            cells.append(" · ".join(f"{name}: {value}" for name, value in attributes.items()))
        status = STATUSES[fate.status] if fate is not None else ""
        return PreviewRow(line, status, tuple(cells), (fate.detail or "") if fate and fate.status == "rejected" else "")

    def set_aside(self, line: int, errors: Sequence[RowError]) -> PreviewRow:
        why = "; ".join(f"{error.column}: {error.reason}" if error.column else error.reason for error in errors)
        return PreviewRow(line, STATUSES["rejected"], (), why)

    def _cell(self, name: str, row: Mapping[str, Any]) -> str:
        if name.startswith("consent."):
            return str((row.get("consents") or {}).get(name.removeprefix("consent."), ""))
        value = row.get(name)
        if name == "stage" and isinstance(value, str):
            return self.stages.get(value, value)
        if self.kind.type_of(name) is FieldType.MONEY and isinstance(value, Decimal):
            return words.exact_money(value, str(row.get("currency") or self.currency))
        return in_words(value)


def in_words(value: object) -> str:
    """A value that was read, as people say it; times in the reporting zone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = timezone.localtime(value, reporting_zone())
        return f"{local:%-d %B %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return f"{value:,}" if isinstance(value, Decimal | int) else str(value)

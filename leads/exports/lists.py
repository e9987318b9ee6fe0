"""The other lists of leads' pages as files: what happened with a lead, pairs that may be one person, files that were brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.people.models import User
from alignment.people.naming import name_to
from alignment.ui.exports import Column, Export, export_of
from leads.duplicates.models import Pair
from leads.exports.batches import read
from leads.funnel.stage_sets import StageSet
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.records.models import Lead
from leads.selectors.happenings import Item
from leads.selectors.timeline import read_place, timeline

HAPPENED = ("at", "what", "who", "more", "taken_back")


def timeline_export(user: User, lead: Lead, stages: StageSet, *, now: datetime) -> Export:
    """What happened with one lead, the latest first."""
    rows = (
        [item.place.at, item.title, item.who or None, _lines(item), item.taken_back]
        for item in _items(user, lead, stages)
    )
    return Export(f"Lead {lead.pk} what happened", HAPPENED, rows, now, [lead.name])


def _items(user: User, lead: Lead, stages: StageSet) -> Iterator[Item]:
    page = timeline(lead, stages, user=user)
    yield from page.items
    while page.older:
        page = timeline(lead, stages, read_place(page.older), user=user)
        yield from page.items


def _lines(item: Item) -> str | None:
    return "\n".join([*item.lines, *([item.note.body] if item.note else [])]) or None


def pairs_export(user: User, pairs: QuerySet[Pair], *, now: datetime, filters: Sequence[str]) -> Export:
    """Pairs of leads, the likeliest first."""

    def of_lead(name: str, lead_of: str) -> list[Column[Pair]]:
        return [
            Column(name, lambda pair: getattr(pair, f"{lead_of}_id")),
            Column(f"{name}_name", lambda pair: getattr(pair, lead_of).name),
            Column(f"{name}_email", lambda pair: getattr(pair, lead_of).email),
            Column(
                f"{name}_company", lambda pair: getattr(pair, lead_of).company and getattr(pair, lead_of).company.name
            ),
        ]

    columns: list[Column[Pair]] = [
        Column("score", lambda pair: pair.score),
        Column("why", lambda pair: "; ".join(str(one["says"]) for one in pair.reasons)),
        *of_lead("lead", "first"),
        *of_lead("other", "second"),
        Column("state", lambda pair: pair.state),
        Column("found_at", lambda pair: pair.found_at),
        Column("decided_at", lambda pair: pair.decided_at),
        Column("decided_by", lambda pair: name_to(user, pair.decided_by, label=True) or None),
    ]
    return export_of("Duplicates", columns, read(pairs), as_of=now, filters=filters)


def imports_export(user: User, imports: QuerySet[Import], *, now: datetime) -> Export:
    """Every file that was brought, the latest first."""
    columns: list[Column[Import]] = [
        Column("import", lambda one: one.pk),
        Column("kind", lambda one: one.kind),
        Column("file", lambda one: one.file_name),
        Column("profile", lambda one: one.profile_name),
        Column("state", lambda one: one.state),
        Column("dry_run", lambda one: one.dry_run),
        Column("rows", lambda one: one.rows),
        Column("created", lambda one: one.created),
        Column("updated", lambda one: one.updated),
        Column("unchanged", lambda one: one.unchanged),
        Column("rejected", lambda one: one.rejected),
        Column("created_at", lambda one: one.created_at),
        Column("by", lambda one: name_to(user, one.actor, label=True) or None),
    ]
    return export_of("Imports", columns, read(imports), as_of=now)


def set_aside_export(import_: Import, *, now: datetime) -> Export:
    """The rows of one import that were set aside: why, then the row's own columns."""
    names: list[str] = import_.decisions.get("columns", [])
    errors = ImportError.objects.filter(source=import_)
    rows = ([one.line, one.column, one.value, one.code, one.reason, *one.row] for one in read(errors))
    return Export(f"Import {import_.pk} set aside", ["line", "column", "value", "code", "reason", *names], rows, now)

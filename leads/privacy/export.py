"""Everything that is known about one person, as one document: for who asks what we have on them.

Every table with a row that belongs to the lead is in it, found through the models themselves: a table that comes later is in it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Field, ForeignKey, ForeignObjectRel, Model

from alignment.people.models import Team, User
from leads.records.models import Company, Lead

WORK = frozenset({"leads_toqualify", "leads_toroute", "leads_touched", "leads_evaluation"})
"""Work to do, which says nothing about the person."""

Rows = list[dict[str, Any]]


def export(lead: Lead, *, now: datetime) -> dict[str, Any]:
    """The lead, its company, and the rows of every table that speak of it, by table; times UTC, people by name."""
    people = _Names()
    tables = {
        relation.related_model._meta.verbose_name_plural or relation.name: _rows(relation, lead, people)
        for relation in relations()
    }
    return {
        "exported_at": now,
        "lead": people.row(lead),
        "company": people.row(lead.company) if lead.company else None,
        "tables": {str(name): rows for name, rows in sorted(tables.items(), key=lambda item: str(item[0])) if rows},
    }


def relations() -> list[ForeignObjectRel]:
    """Every foreign key to a lead from a table of our own."""
    found = [
        relation for relation in Lead._meta.get_fields(include_hidden=True) if isinstance(relation, ForeignObjectRel)
    ]
    return [relation for relation in found if not relation.many_to_many and _table(relation) not in WORK]


def _table(relation: ForeignObjectRel) -> str:
    return relation.related_model._meta.db_table


def _rows(relation: ForeignObjectRel, lead: Lead, people: _Names) -> Rows:
    key = relation.field.name
    rows = relation.related_model._default_manager.filter(**{key: lead}).order_by("pk")
    return [people.row(row, without=key) for row in rows.iterator(chunk_size=2_000)]


class _Names:
    """Rows as documents: people and teams by their names, each looked up once."""

    def __init__(self) -> None:
        self.known: dict[tuple[type[Model], int], str] = {}

    def row(self, row: Model, *, without: str | None = None) -> dict[str, Any]:
        return {
            field.name: self.value(row, field)
            for field in row._meta.concrete_fields
            if field.name != without and getattr(row, field.attname) is not None
        }

    def value(self, row: Model, field: Field[Any, Any]) -> object:
        value = getattr(row, field.attname)
        target = field.related_model if isinstance(field, ForeignKey) else None
        if isinstance(target, type) and target in (User, Team, Company):
            if (target, value) not in self.known:
                self.known[target, value] = str(target._default_manager.get(pk=value))
            return self.known[target, value]
        return value


def tables_of(document: Mapping[str, Any]) -> dict[str, int]:
    """How many rows of each table an export holds."""
    return {name: len(rows) for name, rows in document["tables"].items()}

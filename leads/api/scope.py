"""Which leads may rows name? Those that the caller may see; any other is as unknown as one that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.db.models import Model, QuerySet

from alignment.people.models import User
from alignment.people.selectors import sees_everything
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.records.models import Lead

NOBODY = 0
Row = TypeVar("Row", ActivityRow, DealRow)
Hanging = TypeVar("Hanging", bound=Model)


def of_seen_leads(rows: QuerySet[Hanging], person: User) -> QuerySet[Hanging]:
    """Those of `rows` that hang on leads that `person` may see. Who sees every lead needs no look at the leads."""
    if sees_everything(person):
        return rows
    return rows.filter(lead__in=Lead.objects.visible_to(person))


def with_visible_leads(rows: Sequence[Row], person: User) -> list[Row]:
    """The rows, with the id of a lead that `person` may not see replaced by one that no lead has."""
    named = {row.lead_id for row in rows if row.lead_id is not None}
    seen = set(Lead.objects.visible_to(person).filter(pk__in=named).values_list("pk", flat=True))
    return [row if row.lead_id is None or row.lead_id in seen else replace(row, lead_id=NOBODY) for row in rows]

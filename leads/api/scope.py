"""Which leads may rows name? Those that the caller may see; any other is as unknown as one that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from alignment.people.models import User
from alignment.people.selectors import sees_everything
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.duplicates.following import merged, must_stand, survivor_of, survivors_of
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
    """The rows, with the id of a lead that `person` may not see replaced by one that no lead has.

    The id of a lead that was merged means the one that it was merged into.
    """
    named = {row.lead_id for row in rows if row.lead_id is not None}
    visible = Lead.objects.visible_to(person)
    seen = set(visible.filter(pk__in=named, merged_into=None).values_list("pk", flat=True))
    meant = {lead_id: lead_id for lead_id in seen}
    if others := survivors_of(named - seen):
        known = set(visible.filter(pk__in=others.values()).values_list("pk", flat=True))
        meant |= {lead_id: survivor for lead_id, survivor in others.items() if survivor in known}
    return [row if row.lead_id is None else row._replace(lead_id=meant.get(row.lead_id, NOBODY)) for row in rows]


def seen_lead(leads: QuerySet[Lead], pk: int) -> Lead:
    """The lead of that id among those that somebody may see, or 404; `merged` (409) where only the one it became is among them."""
    lead = leads.filter(pk=pk).first()
    if lead is not None:
        return lead
    survivor = survivor_of(pk)
    if survivor != pk and leads.filter(pk=survivor).exists():
        raise merged(pk, survivor)
    raise Http404


def standing_lead(leads: QuerySet[Lead], pk: int) -> Lead:
    """The same, to be written to: a lead that was merged is refused, and the answer names the one it became."""
    lead = seen_lead(leads, pk)
    must_stand(lead)
    return lead

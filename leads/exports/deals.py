"""Deals as a file: the columns are the fields of the kind `deals`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from alignment.people.selectors import Somebody, sees_everything
from alignment.ui.exports import Export
from leads.deals.models import Deal
from leads.exports import attributes
from leads.exports.batches import batches
from leads.exports.naming import Names, company_name, lead_names, name_of, of_leads_that_count

NOTE = "The profile alignment-deals brings this file in again."
NAMES = (
    "system", "external_id", "lead_system", "lead_external_id", "company", "company_system", "company_external_id", "owner",
    "amount", "currency", "status", "kind", "opened_at", "closed_at", "lost_reason",
)  # fmt: skip


def deals_seen_by(reader: Somebody) -> QuerySet[Deal]:
    """Deals of the leads that `reader` may see and that count; those without a lead for who sees everything."""
    deals = Deal.objects.select_related("company").order_by("pk")
    if sees_everything(reader):
        return deals.filter(Q(lead=None) | Q(lead__is_test=False, lead__merged_into=None))
    return of_leads_that_count(deals, reader)


def deals_export(reader: Somebody, deals: QuerySet[Deal], *, as_of: datetime, filters: Sequence[str] = ()) -> Export:
    """These deals, in their order."""
    texts = attributes.text_names(deals)
    return Export("Deals", [*NAMES, *attributes.names_of(texts)], _rows(reader, deals, texts), as_of, filters, NOTE)


def _rows(reader: Somebody, deals: QuerySet[Deal], texts: Sequence[str]) -> Iterator[list[object]]:
    known_as = Names(reader)
    for batch in batches(deals):
        leads = lead_names({one.lead_id for one in batch if one.lead_id is not None})
        for one in batch:
            system, external_id = name_of(one.pk, one.system, one.external_id, stands=one.scope == 0)
            lead = leads[one.lead_id] if one.lead_id is not None else (None, None)
            company = (one.company.name, *company_name(one.company)) if one.company else (None, None, None)
            yield [
                system, external_id, *lead, *company, known_as.person(one.owner_id), one.amount, one.currency, one.status, one.kind,
                one.opened_at, one.closed_at, one.lost_reason, *attributes.cells_of(one.attributes, texts),
            ]  # fmt: skip

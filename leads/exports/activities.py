"""Activities as a file: the columns are the fields of the kind `activities`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.people.selectors import Somebody
from alignment.ui.exports import Export
from leads.activities.models import Activity
from leads.exports import attributes
from leads.exports.batches import batches
from leads.exports.naming import Names, lead_names, name_of, of_leads_that_count

NOTE = "The profile alignment-activities brings this file in again."
NAMES = (
    "system", "external_id", "lead_system", "lead_external_id", "kind", "at", "by", "campaign", "asset", "channel", "url", "subject",
    "outcome",
)  # fmt: skip


def activities_seen_by(reader: Somebody) -> QuerySet[Activity]:
    """What happened with the leads that `reader` may see and that count; of nobody who was erased."""
    return of_leads_that_count(Activity.objects.filter(lead__erased_at=None), reader).order_by("pk")


def activities_export(
    reader: Somebody, rows: QuerySet[Activity], *, as_of: datetime, filters: Sequence[str] = ()
) -> Export:
    """These activities, in their order."""
    texts = attributes.text_names(rows)
    return Export("Activities", [*NAMES, *attributes.names_of(texts)], _rows(reader, rows, texts), as_of, filters, NOTE)


def _rows(reader: Somebody, rows: QuerySet[Activity], texts: Sequence[str]) -> Iterator[list[object]]:
    known_as = Names(reader)
    for batch in batches(rows):
        leads = lead_names({one.lead_id for one in batch})
        for one in batch:
            system, external_id = name_of(
                one.pk, one.system, one.external_id, stands=(one.identity or "").startswith("0:")
            )
            yield [
                system, external_id, *leads[one.lead_id], one.kind, one.at, known_as.person(one.by_id),
                known_as.campaign(one.campaign_id), one.asset, one.channel, one.url, one.subject, one.outcome,
                *attributes.cells_of(one.attributes, texts),
            ]  # fmt: skip

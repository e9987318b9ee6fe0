"""The log of stages as a file: the columns are the fields of the kind `stages`. What was taken back is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.own_names import SYSTEM, own_name
from alignment.people.selectors import Somebody
from alignment.ui.exports import Export
from leads.exports.batches import batches
from leads.exports.naming import Names, lead_names, of_leads_that_count
from leads.lifecycle.models import StageChange

NOTE = "The profile alignment-stages brings this file in again."
NAMES = ("system", "external_id", "lead_system", "lead_external_id", "stage", "at", "by", "reason", "owner", "team")


def stages_seen_by(reader: Somebody) -> QuerySet[StageChange]:
    """The log of the leads that `reader` may see and that count, in its order."""
    return of_leads_that_count(StageChange.objects.filter(void=None), reader).order_by("at", "pk")


def stages_export(
    reader: Somebody, rows: QuerySet[StageChange], *, as_of: datetime, filters: Sequence[str] = ()
) -> Export:
    """These rows of the log, in their order."""
    return Export("Stage history", NAMES, _rows(reader, rows), as_of, filters, NOTE)


def _rows(reader: Somebody, rows: QuerySet[StageChange]) -> Iterator[list[object]]:
    known_as = Names(reader)
    for batch in batches(rows):
        leads = lead_names({one.lead_id for one in batch})
        for one in batch:
            yield [
                SYSTEM, own_name(one.pk), *leads[one.lead_id], one.to_id, one.at, known_as.person(one.by_id), one.reason,
                known_as.person(one.owner_id), known_as.team(one.team_id),
            ]  # fmt: skip

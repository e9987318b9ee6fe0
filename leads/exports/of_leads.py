"""How is a lead told in a list about something else, such as the leads behind a figure? The same columns in every such file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from alignment.people.naming import name_to
from alignment.people.selectors import Somebody
from leads.exports.batches import BATCH
from leads.records.models import Lead

Row = TypeVar("Row")
LEAD = ("lead", "system", "external_id", "name", "company", "stage", "source", "owner")
"""`lead` is the number in our addresses."""


def lead_cells(reader: Somebody, lead: Lead) -> list[object]:
    """What stands in these columns."""
    company = lead.company.name if lead.company else None
    owner = name_to(reader, lead.owner, label=True) or None
    return [lead.pk, lead.system, lead.external_id, lead.name, company, lead.stage_id, lead.source, owner]


def with_leads(
    reader: Somebody,
    rows: Iterable[Row],
    *,
    lead_of: Callable[[Row], int | None],
    cells: Callable[[Row], Sequence[object]],
) -> Iterator[list[object]]:
    """Each row's lead, then its own cells; a row whose lead `reader` may not see is left out, one about no lead has blanks.

    One query a batch.
    """
    coming = iter(rows)
    seen = Lead.objects.visible_to(reader).select_related("company", "owner__team")
    while batch := list(islice(coming, BATCH)):
        known = seen.in_bulk({lead for row in batch if (lead := lead_of(row)) is not None})
        for row in batch:
            lead = lead_of(row)
            if lead is None:
                yield [*(None for _column in LEAD), *cells(row)]
            elif lead in known:
                yield [*lead_cells(reader, known[lead]), *cells(row)]

"""Which lead does an id mean by now? The one that it was merged into, however often. Asked wherever a lead is named by its id."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.refusals import Refused
from leads.records.models import Lead

SURVIVORS = """
WITH RECURSIVE way(id, lead_id, merged_into_id) AS (
    SELECT l.id, l.id, l.merged_into_id FROM leads_lead l WHERE l.id = ANY(%(leads)s::bigint[]) AND l.merged_into_id IS NOT NULL
    UNION ALL
    SELECT w.id, l.id, l.merged_into_id FROM way w JOIN leads_lead l ON l.id = w.merged_into_id
)
SELECT id, lead_id FROM way WHERE merged_into_id IS NULL
"""


def survivors_of(lead_ids: Iterable[int]) -> dict[int, int]:
    """Of those of these leads that were merged, the lead that each means by now."""
    ids = [lead_id for lead_id in set(lead_ids) if -(2**63) <= lead_id < 2**63]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SURVIVORS, {"leads": ids})
        return dict(cursor.fetchall())


def survivor_of(lead_id: int) -> int:
    """The lead that this id means by now."""
    return survivors_of([lead_id]).get(lead_id, lead_id)


def must_stand(lead: Lead) -> None:
    """`Refused` with `merged` (409) where the lead was merged: nothing is written to it, and the answer names the survivor."""
    if lead.merged_into_id is not None:
        raise merged(lead.pk, survivor_of(lead.pk))


def merged(lead_id: int, survivor_id: int) -> Refused:
    """The answer to who asks for a lead that was merged."""
    return Refused("merged", f"Lead {lead_id} was merged into lead {survivor_id}: use that one.", status=409)

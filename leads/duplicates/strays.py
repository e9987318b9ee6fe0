"""What was written to a lead in the very moment in which it was merged? It follows to the survivor.

A writer that had looked at the lead before the merge and wrote after it left something behind. Worked off with the comparing, for
merges of the last day; nothing that is written later means a merged lead.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, connection
from psycopg2 import sql

from alignment.attempts import again_after_deadlock
from leads.duplicates.following import survivor_of
from leads.duplicates.holdings import HOLDINGS
from leads.duplicates.models import Merge
from leads.duplicates.queries import moving
from leads.lifecycle.changes import bring_up_to_date, lock
from leads.privacy.door import open_logs

RECENT = timedelta(days=1)


def follow(*, now: datetime) -> int:
    """Hand over what was left behind; of how many leads."""
    recent = Merge.objects.filter(undone_at=None, at__gte=now - RECENT).values_list("other", flat=True)
    return sum(_follow(lead_id) for lead_id in _with_rows(list(recent)))


def _with_rows(lead_ids: list[int]) -> list[int]:
    """Those of these leads that something hangs on."""
    if not lead_ids:
        return []
    part = sql.SQL("SELECT lead_id FROM {} WHERE lead_id = ANY(%(leads)s::bigint[])")
    parts = [part.format(sql.Identifier(holding.table)) for holding in HOLDINGS]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ").join(parts), {"leads": lead_ids})
        return sorted(row[0] for row in cursor.fetchall())


@again_after_deadlock
def _follow(lead_id: int) -> bool:
    """Hand over what hangs on this lead; not what the survivor has an equal of, or is busy with."""
    survivor_id = survivor_of(lead_id)
    try:
        with open_logs():
            lock([lead_id, survivor_id], alone=True)
            if survivor_id == lead_id or survivor_of(lead_id) != survivor_id:
                return False
            moving.run(moving.CLEAR_STAYS, leads=[lead_id, survivor_id])
            for holding in HOLDINGS:
                moving.move(holding.table, source=lead_id, target=survivor_id)
            bring_up_to_date([lead_id, survivor_id])
    except IntegrityError:
        return False
    return True

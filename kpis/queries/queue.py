"""Which leads wait for what is derived from them? Takes them out of the queue, in the transaction that does the work.

Rows that somebody else has taken are skipped; a row that is written meanwhile stays for the next.
"""

from __future__ import annotations

from django.db import connection, transaction

TAKE = """
WITH taken AS (SELECT id FROM leads_touched ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM leads_touched t USING taken WHERE t.id = taken.id RETURNING t.lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""

LOCK = (
    "SELECT id FROM leads_lead WHERE id = ANY(ARRAY(SELECT unnest(%(leads)s::bigint[]))) ORDER BY id FOR NO KEY UPDATE"
)

ALL = "SELECT id FROM leads_touchedall ORDER BY id LIMIT 1 FOR UPDATE"

ANYBODY = "SELECT id FROM leads_touched ORDER BY id LIMIT 1 FOR UPDATE"


def take(limit: int) -> list[int]:
    """Ids of leads that waited, locked against everybody else who recomputes or moves them."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        leads = [row[0] for row in cursor.fetchall()]
        cursor.execute(LOCK, {"leads": leads})
    return leads


@transaction.atomic
def somebody_waits() -> bool:
    """Whether a lead waits still; marks that others have taken are waited for."""
    with connection.cursor() as cursor:
        for statement in (ALL, ANYBODY):
            cursor.execute(statement)
            if cursor.fetchone() is not None:
                return True
    return False

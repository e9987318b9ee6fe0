"""Which leads wait for what is derived from them? Takes them out of the queue, in the transaction that does the work.

Recomputing takes turns, a batch each, so that no lead is ever recomputed by two at a time. No lead is locked: who moves one
meanwhile does not wait, and leaves a mark that is worked off next.
"""

from __future__ import annotations

from django.db import connection

TAKE = """
WITH gone AS (
    DELETE FROM leads_touched
    WHERE id = ANY(ARRAY(SELECT id FROM leads_touched WHERE id <= %(last)s ORDER BY id LIMIT %(limit)s))
    RETURNING lead_id
)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""
"""By their ids in one list: the planner takes a queue that was empty a moment ago for empty, and would join it row by row."""

LAST = "SELECT coalesce(max(id), 0) FROM leads_touched"

ANYBODY = "SELECT EXISTS (SELECT FROM leads_touched WHERE id <= %(last)s) OR EXISTS (SELECT FROM leads_touchedall)"

AWAIT_TURN = "SELECT pg_advisory_xact_lock(hashtext('kpis_recompute'))"

TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('kpis_recompute'))"


def await_turn() -> None:
    """Wait for whoever recomputes; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(AWAIT_TURN)


def take_turn() -> bool:
    """Whether nobody else is recomputing; then nobody else does until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN)
        return bool(cursor.fetchone()[0])


def last_mark() -> int:
    """Up to here leads wait just now. Whoever works up to it comes to an end, however fast others leave marks behind it."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        return int(cursor.fetchone()[0])


def take(limit: int, *, last: int) -> list[int]:
    """Ids of leads that waited, by marks up to `last`. The caller has the turn."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit, "last": last})
        return [row[0] for row in cursor.fetchall()]


def somebody_waits(*, last: int) -> bool:
    """Whether a lead waits still by a mark up to `last`, those included that somebody is recomputing just now."""
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY, {"last": last})
        return bool(cursor.fetchone()[0])

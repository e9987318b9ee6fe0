"""Who waits to be compared? Takes leads out of the queue, many marks of one lead as one; and lets one comparer at a time work.

Two comparers at once would each not see the keys that the other is writing, and miss a pair: they take turns.
"""

from __future__ import annotations

from django.db import connection

TURN = 7_016
"""The advisory lock of whoever compares."""

TAKE = """
WITH taken AS (SELECT id FROM leads_tocompare ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM leads_tocompare q USING taken WHERE q.id = taken.id RETURNING q.lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""

FOLLOWING = "SELECT id FROM leads_lead WHERE id > %(cursor)s ORDER BY id LIMIT %(limit)s"


def have_turn(*, wait: bool) -> bool:
    """Whether it is this transaction's turn to compare, until it ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        [mine] = cursor.fetchone()
        return bool(mine)


def take(limit: int) -> list[int]:
    """Ids of leads by the oldest marks."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        return [row[0] for row in cursor.fetchall()]


def following(cursor_id: int, limit: int) -> list[int]:
    """The next leads after that id, in order."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWING, {"cursor": cursor_id, "limit": limit})
        return [row[0] for row in cursor.fetchall()]

"""Who waits to be judged? Takes leads out of the queue, or those whose time has come, and locks them until the transaction ends.

Grain: one row a lead. Clock: `now` for those whose time has come. Indexes: the queue's key, evaluation_due. What somebody else
has taken is skipped, what is written meanwhile stays for the next. Leads are locked FOR NO KEY UPDATE: nobody moves or judges
them meanwhile, while activities go on being logged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

TAKE = """
WITH taken AS (SELECT id FROM leads_toqualify WHERE id <= %(upto)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM leads_toqualify q USING taken WHERE q.id = taken.id RETURNING q.lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""

LOCK = (
    "SELECT id FROM leads_lead WHERE id = ANY(ARRAY(SELECT unnest(%(leads)s::bigint[]))) ORDER BY id FOR NO KEY UPDATE"
)

DUE = """
SELECT l.id FROM leads_evaluation e JOIN leads_lead l ON l.id = e.lead_id
WHERE e.next_at <= %(now)s ORDER BY e.next_at, e.lead_id LIMIT %(limit)s FOR NO KEY UPDATE OF l SKIP LOCKED
"""

FOLLOWING = "SELECT id FROM leads_lead WHERE id > %(cursor)s ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE"

ANYBODY = "SELECT id FROM leads_toqualify ORDER BY id LIMIT 1 FOR UPDATE"

AGAIN = "INSERT INTO leads_toqualify (lead_id) SELECT unnest(%(leads)s::bigint[])"

COUNT = (
    "SELECT (SELECT count(*) FROM leads_toqualify), (SELECT count(*) FROM leads_evaluation WHERE next_at <= %(now)s)"
)


def last_mark() -> int:
    """The latest mark there is: what waits now waits up to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM leads_toqualify")
        [mark] = cursor.fetchone()
        return int(mark)


def take(upto: int, limit: int) -> list[int]:
    """Ids of leads about which something changed, by marks up to that one; many marks of a lead are one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"upto": upto, "limit": limit})
        leads = [row[0] for row in cursor.fetchall()]
        if leads:
            cursor.execute(LOCK, {"leads": leads})
    return leads


def take_due(now: datetime, limit: int) -> list[int]:
    """Ids of leads for whom time alone may have made a definition hold."""
    return _ids(DUE, {"now": now, "limit": limit})


def following(cursor: int, limit: int) -> list[int]:
    """The next leads after that id, in order of id."""
    return _ids(FOLLOWING, {"cursor": cursor, "limit": limit})


def again(lead_ids: list[int]) -> None:
    """Let these leads wait for another look."""
    if lead_ids:
        with connection.cursor() as cursor:
            cursor.execute(AGAIN, {"leads": lead_ids})


@transaction.atomic
def somebody_waits() -> bool:
    """Whether a lead waits still; marks that others have taken are waited for."""
    return bool(_ids(ANYBODY, {}))


def count(now: datetime) -> tuple[int, int]:
    """How many marks wait, and how many leads whose time has come."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"now": now})
        marks, due = cursor.fetchone()
        return marks, due


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))

"""Which leads wait to be routed? Marks them, looks which are due, and takes the marks of those that are handled.

Grain: one row a mark; many marks of a lead are one. Clock: `due_at`. Indexes: to_route_due, to_route_lead, to_qualify_lead. Whoever
handles a lead takes all of the marks that were there as it was looked at, also those of later: what is due when is found anew each
time. What somebody else has taken is skipped, and so are leads that somebody is at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from alignment.clock import BEGINNING
from leads.funnel.turns import USE_FUNNEL

MARK = "INSERT INTO leads_toroute (lead_id, due_at) SELECT unnest(%(leads)s::bigint[]), %(due)s"

MARK_EACH = """
INSERT INTO leads_toroute (lead_id, due_at)
SELECT * FROM unnest(%(leads)s::bigint[], %(dues)s::timestamptz[])
"""

MARK_STAGE = "INSERT INTO leads_toroute (lead_id, due_at) SELECT id, %(due)s FROM leads_lead WHERE stage = %(stage)s"

MARK_NEEDS = (
    "INSERT INTO leads_toroute (lead_id, due_at) SELECT lead_id, %(due)s FROM leads_need WHERE ended_at IS NULL"
)

MARK_CONCERNED = """
INSERT INTO leads_toroute (lead_id, due_at)
SELECT l.id, %(due)s FROM leads_lead l
WHERE l.id = ANY(%(leads)s::bigint[])
  AND (l.stage = ANY(%(stages)s::text[])
       OR EXISTS (SELECT FROM leads_handoff h WHERE h.lead_id = l.id AND h.state = 'offered')
       OR EXISTS (SELECT FROM leads_need n WHERE n.lead_id = l.id AND n.ended_at IS NULL))
"""

LOOK = """
WITH due AS MATERIALIZED (
    SELECT due_at, id, lead_id FROM leads_toroute
    WHERE due_at <= %(upto)s AND (due_at, id) > (%(due)s, %(after)s) ORDER BY due_at, id LIMIT %(limit)s
)
SELECT q.lead_id, q.id, (SELECT count(*) FROM due), last.due_at, last.id
FROM leads_toroute q CROSS JOIN (SELECT due_at, id FROM due ORDER BY due_at DESC, id DESC LIMIT 1) AS last
WHERE q.lead_id IN (SELECT lead_id FROM due)
ORDER BY q.lead_id, q.id
"""

TAKE = """
WITH locked AS MATERIALIZED (
    SELECT id FROM leads_lead WHERE id = ANY(%(leads)s::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
),
free AS MATERIALIZED (
    SELECT id FROM leads_toroute WHERE id = ANY(%(marks)s::bigint[]) AND lead_id IN (SELECT id FROM locked) FOR UPDATE SKIP LOCKED
),
gone AS (DELETE FROM leads_toroute WHERE id IN (SELECT id FROM free) RETURNING lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""
"""One go: leads are locked that nobody else is at, and their marks taken. What is read of them is read by later statements."""

NOT_FOR_THE_DISK = "SET LOCAL synchronous_commit TO off"
"""Nobody waits for the disk while leads are locked: should the database lose the last offers, it loses with them that they were made,
and the marks are there again. Whatever builds on them waits for the disk, and for them.
"""

DROP = """
WITH free AS MATERIALIZED (SELECT id FROM leads_toroute WHERE id = ANY(%(marks)s::bigint[]) FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM leads_toroute WHERE id IN (SELECT id FROM free) RETURNING lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""

TO_JUDGE = "SELECT id FROM leads_toqualify WHERE lead_id = ANY(%(leads)s::bigint[])"

WITH_NEWS = """
SELECT lead_id FROM leads_toqualify WHERE lead_id = ANY(%(leads)s::bigint[]) AND id <> ALL(%(to_judge)s::bigint[])
UNION
SELECT lead_id FROM leads_toroute WHERE lead_id = ANY(%(leads)s::bigint[]) AND id <> ALL(%(marks)s::bigint[])
"""

ANYBODY = "SELECT lead_id FROM leads_toroute WHERE due_at <= %(upto)s ORDER BY due_at, id LIMIT 1"

AWAIT = "SELECT FROM leads_lead WHERE id = %(lead)s FOR NO KEY UPDATE"

COUNT = "SELECT count(*) FROM leads_toroute WHERE due_at <= %(upto)s"


def mark(lead_ids: Iterable[int], *, due_at: datetime) -> None:
    """Let these leads be looked at from that instant on, in the transaction of whatever concerns them."""
    ids = sorted(set(lead_ids))
    if ids:
        _run(MARK, {"leads": ids, "due": due_at})


def mark_each(dues: Iterable[tuple[int, datetime]]) -> None:
    """Let each of these leads be looked at from its own instant on."""
    rows = sorted(dues)
    if rows:
        _run(MARK_EACH, {"leads": [lead for lead, _due in rows], "dues": [due for _lead, due in rows]})


def mark_stage(stage: str, *, due_at: datetime = BEGINNING) -> None:
    """Let every lead that stands in this stage be looked at (at once, unless said otherwise): a rule for it began or ended."""
    _run(MARK_STAGE, {"stage": stage, "due": due_at})


def mark_needs(*, due_at: datetime) -> None:
    """Let every lead that nobody could take be looked at: somebody may be able to by now."""
    _run(MARK_NEEDS, {"due": due_at})


def mark_concerned(lead_ids: Iterable[int], *, stages: Iterable[str], due_at: datetime) -> None:
    """Of these leads mark those that stand in one of the stages from which rules hand over, or have an open offer or need."""
    _run(MARK_CONCERNED, {"leads": sorted(set(lead_ids)), "stages": sorted(set(stages)), "due": due_at})


FIRST = (BEGINNING, 0)


@dataclass(frozen=True)
class Waiting:
    """Leads that wait, in order, each with its marks, also those of later; `last`: how far the queue was looked at; `more`: there may be
    others behind.
    """

    marks: Mapping[int, Sequence[int]] = field(default_factory=dict)
    last: tuple[datetime, int] = FIRST
    more: bool = True


def look(upto: datetime, limit: int, *, after: tuple[datetime, int] = FIRST) -> Waiting:
    """Leads that are due by then, by so many marks at most, from that place in the queue on. Nothing is locked."""
    due, mark_id = after
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"upto": upto, "limit": limit, "due": due, "after": mark_id})
        rows = cursor.fetchall()
    marks: dict[int, list[int]] = {}
    for lead_id, one, *_place in rows:
        marks.setdefault(lead_id, []).append(one)
    found, last = (rows[0][2], (rows[0][3], rows[0][4])) if rows else (0, after)
    return Waiting(marks, last, more=found == limit)


def take(lead_ids: Sequence[int], marks: Sequence[int]) -> list[int]:
    """Take these marks of these leads, and lock the leads, but for those that somebody else is at; the leads, in order. The transaction
    uses the funnel from then on.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{NOT_FOR_THE_DISK}; {USE_FUNNEL}; {TAKE}", {"leads": list(lead_ids), "marks": list(marks)})
        return [row[0] for row in cursor.fetchall()]


def to_judge(lead_ids: Sequence[int]) -> list[int]:
    """Marks by which these leads wait to be judged: what they may meet is not settled."""
    with connection.cursor() as cursor:
        cursor.execute(TO_JUDGE, {"leads": list(lead_ids)})
        return [row[0] for row in cursor.fetchall()]


def with_news(lead_ids: Sequence[int], marks: Sequence[int], judged: Sequence[int]) -> set[int]:
    """Those of these leads with a mark for routing other than `marks`, or one for judging other than `judged`: something was learnt."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_NEWS, {"leads": list(lead_ids), "marks": list(marks), "to_judge": list(judged)})
        return {row[0] for row in cursor.fetchall()}


def drop(marks: Sequence[int]) -> list[int]:
    """Take these marks, but for those that somebody else has taken; their leads, in order. No lead is locked."""
    with connection.cursor() as cursor:
        cursor.execute(DROP, {"marks": list(marks)})
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def somebody_waits(upto: datetime) -> bool:
    """Whether a lead is due still; whoever is at it is waited for, with no other lead in hand."""
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY, {"upto": upto})
        first = cursor.fetchone()
        if first is not None:
            cursor.execute(AWAIT, {"lead": first[0]})
    return first is not None


def count(upto: datetime) -> int:
    """How many marks are due."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"upto": upto})
        [marks] = cursor.fetchone()
        return int(marks)


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

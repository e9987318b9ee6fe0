"""Which leads wait to be routed? Marks them, and takes those that are due, locked until the transaction ends.

Grain: one row a mark; many marks of a lead are one. Clock: `due_at`. Indexes: to_route_due, to_route_lead. Whoever handles a lead
takes all of its marks, also those of later: what is due when is found anew each time. What somebody else has taken is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

TAKE = """
WITH taken AS MATERIALIZED (
    SELECT id, lead_id FROM leads_toroute WHERE due_at <= %(upto)s ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
),
others AS (
    SELECT q.id FROM leads_toroute q
    WHERE q.lead_id IN (SELECT lead_id FROM taken) AND q.id NOT IN (SELECT id FROM taken) FOR UPDATE SKIP LOCKED
),
gone AS (DELETE FROM leads_toroute WHERE id IN (SELECT id FROM taken UNION ALL SELECT id FROM others)),
locked AS MATERIALIZED (
    SELECT id FROM leads_lead WHERE id = ANY(ARRAY(SELECT lead_id FROM taken)) ORDER BY id FOR NO KEY UPDATE
)
SELECT lead_id, (SELECT count(*) FROM taken), (SELECT count(*) FROM locked) FROM taken GROUP BY lead_id ORDER BY lead_id
"""
"""One go: marks are taken, then the leads locked, in order of id. What is read of them is read by later statements."""

ANYBODY = "SELECT id FROM leads_toroute WHERE due_at <= %(upto)s ORDER BY due_at, id LIMIT 1 FOR UPDATE"

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


@dataclass(frozen=True)
class Taken:
    """Ids of leads, in order; `more`: others may be due, that nobody else has taken."""

    leads: Sequence[int]
    more: bool


def take(upto: datetime, limit: int) -> Taken:
    """Leads that are due by then, by so many marks at most, which are taken; the leads are locked: nobody moves them meanwhile. The
    transaction uses the funnel from then on.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{USE_FUNNEL}; {TAKE}", {"upto": upto, "limit": limit})
        rows = cursor.fetchall()
    return Taken([lead_id for lead_id, _marks, _locked in rows], bool(rows) and rows[0][1] == limit)


@transaction.atomic
def somebody_waits(upto: datetime) -> bool:
    """Whether a lead is due still; marks that others have taken are waited for."""
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY, {"upto": upto})
        return cursor.fetchone() is not None


def count(upto: datetime) -> int:
    """How many marks are due."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"upto": upto})
        [marks] = cursor.fetchone()
        return int(marks)


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

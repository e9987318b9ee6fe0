"""What is due on the clocks of handoffs? Takes it, notes it, and says what it was. Grain: one handoff taken, one step done.

Clock: `now` decides what is due; what is noted is due when the schedule says, whenever it is done. Index: handoff_due. The lead is
locked first, as everywhere; leads that somebody else is at are left for the next time. What was noted waits to be told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from leads.handoffs.queries.chains import kept_by

TAKE = """
SELECT l.id FROM leads_handoff h JOIN leads_lead l ON l.id = h.lead_id
WHERE h.next_at <= %(now)s ORDER BY h.next_at, h.id LIMIT %(limit)s FOR NO KEY UPDATE OF l SKIP LOCKED
"""
"""No lead that somebody is at counts among so many: the others do not wait for it."""

TAKE_GONE = """
WITH gone AS MATERIALIZED (
    SELECT h.id, h.lead_id FROM people_user u JOIN leads_handoff h ON h.to_user_id = u.id AND h.state = 'offered'
    WHERE u.id IN (SELECT user_id FROM people_personchange GROUP BY user_id HAVING count(*) > 1)
      AND (NOT u.is_active OR u.team_id IS DISTINCT FROM h.to_team_id)
    LIMIT %(limit)s
)
SELECT g.id, l.id FROM leads_lead l JOIN gone g ON g.lead_id = l.id ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED
"""
"""Only people about whom something changed are looked at. Index: handoff_open_of."""

WAITED = """
SELECT h.id, h.lead_id FROM leads_handoff h JOIN leads_hold o ON o.handoff_id = h.id AND o.ended_at IS NULL
WHERE h.lead_id = ANY(%(leads)s::bigint[]) AND h.next_at <= %(now)s AND o.ends_by <= %(now)s
ORDER BY h.id
"""

OVERDUE = """
SELECT * FROM (
    SELECT h.id, o.id IS NOT NULL AS on_hold,
           (SELECT (e ->> 'at')::timestamptz FROM jsonb_array_elements(h.schedule) e WHERE e ->> 'what' = 'expire') AS ends_at,
           (SELECT min(greatest(c.at, c.recorded_at)) FROM leads_stagechange c
            WHERE c.lead_id = h.lead_id AND greatest(c.at, c.recorded_at) > h.offered_at) AS moved_at
    FROM leads_handoff h LEFT JOIN leads_hold o ON o.handoff_id = h.id AND o.ended_at IS NULL
    WHERE h.lead_id = ANY(%(leads)s::bigint[]) AND h.state = 'offered' AND h.next_at <= %(now)s
      AND (o.id IS NULL OR o.ends_by <= %(now)s)
) overdue WHERE on_hold OR ends_at <= %(now)s
ORDER BY id
"""

STOP = """
UPDATE leads_handoff h SET next_at = NULL FROM leads_lead l
WHERE h.lead_id = ANY(%(leads)s::bigint[]) AND h.next_at <= %(now)s AND l.id = h.lead_id AND h.state = 'accepted'
  AND (l.erased_at IS NOT NULL OR l.merged_into_id IS NOT NULL OR l.is_test OR l.stage IS NULL
       OR l.stage <> ALL(%(open)s::text[]) OR {first_contact} IS NOT NULL)
"""
"""Nobody is to be called any more: it was done, or the lead left the open stages."""

DO = f"""
WITH due AS MATERIALIZED (
    SELECT h.id, h.step, h.schedule, h.state, CASE h.state WHEN 'offered' THEN 'accept' ELSE 'contact' END AS clock
    FROM leads_handoff h
    WHERE h.lead_id = ANY(%(leads)s::bigint[]) AND h.next_at <= %(now)s
      AND (%(only)s::bigint[] IS NULL OR h.id = ANY(%(only)s::bigint[]))
      AND NOT EXISTS (SELECT FROM leads_hold o WHERE o.handoff_id = h.id AND o.ended_at IS NULL AND o.ends_by > %(now)s)
),
entries AS MATERIALIZED (
    SELECT d.id, d.state, e.n, d.clock, e.value ->> 'what' AS what, e.value ->> 'to' AS "to", (e.value ->> 'at')::timestamptz AS at
    FROM due d CROSS JOIN LATERAL jsonb_array_elements(d.schedule) WITH ORDINALITY AS e(value, n)
    WHERE e.n > d.step AND e.value ->> 'clock' = d.clock
),
moved AS (
    UPDATE leads_handoff h SET step = h.step + s.done, next_at = s.next_at
    FROM (
        SELECT d.id, count(e.n) FILTER (WHERE e.at <= %(now)s) AS done, min(e.at) FILTER (WHERE e.at > %(now)s) AS next_at
        FROM due d LEFT JOIN entries e ON e.id = d.id GROUP BY d.id
    ) s
    WHERE h.id = s.id
),
steps AS (
    INSERT INTO leads_handoffstep (handoff_id, clock, what, "to", due_at, done_at)
    SELECT id, clock, what, "to", at, %(now)s FROM entries WHERE at <= %(now)s ORDER BY id, n
    ON CONFLICT ON CONSTRAINT handoff_step_once DO NOTHING
    RETURNING id, handoff_id, clock, what, "to", due_at
)
SELECT s.id, s.handoff_id, h.lead_id, s.clock, s.what, s."to", s.due_at, h.to_user_id, h.to_team_id, h.to_side, h.from_team_id,
       h.from_side, coalesce(l.owner_id, h.decided_by_id) AS holder_id, h.offered_by_id,
       CASE WHEN s.what = 'expire' THEN {kept_by()} END AS kept_by_id
FROM steps s JOIN leads_handoff h ON h.id = s.handoff_id JOIN leads_lead l ON l.id = h.lead_id
ORDER BY s.handoff_id, s.id
"""

NOTE = """
INSERT INTO leads_totell (step_id, holder_id, kept_by_id)
SELECT * FROM unnest(%(steps)s::bigint[], %(holders)s::bigint[], %(kept)s::bigint[])
"""

TO_TELL = """
WITH free AS MATERIALIZED (SELECT step_id FROM leads_totell FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM leads_totell t USING free f WHERE t.step_id = f.step_id RETURNING t.step_id, t.holder_id, t.kept_by_id)
SELECT s.id, s.handoff_id, h.lead_id, s.clock, s.what, s."to", s.due_at, h.to_user_id, h.to_team_id, h.to_side, h.from_team_id,
       h.from_side, g.holder_id, h.offered_by_id, g.kept_by_id
FROM gone g JOIN leads_handoffstep s ON s.id = g.step_id JOIN leads_handoff h ON h.id = s.handoff_id
ORDER BY s.handoff_id, s.id
"""

EXPIRE = """
UPDATE leads_handoff h SET state = 'expired', decided_at = s.due_at, decided_recorded_at = %(now)s, next_at = NULL,
    version = version + 1
FROM leads_handoffstep s WHERE s.id = ANY(%(steps)s::bigint[]) AND h.id = s.handoff_id AND h.state = 'offered'
RETURNING h.id
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What was due on one clock of one handoff, and is noted as done. `holder_id` is who holds the lead.

    `kept_by_id`, where it ran out: the handoff by which somebody took the lead who passed it on by this one, and has it still.
    """

    id: int
    handoff_id: int
    lead_id: int
    clock: str
    what: str
    to: str | None
    due_at: datetime
    to_user_id: int | None
    to_team_id: int
    to_side: str
    from_team_id: int | None
    from_side: str
    holder_id: int | None
    offered_by_id: int | None
    kept_by_id: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open offer past its end. `on_hold`: the end is still to be reckoned from the end of its hold. `moved_at` is when the lead's
    stage was first known to change after the offer.
    """

    id: int
    on_hold: bool
    ends_at: datetime | None
    moved_at: datetime | None


def take(*, now: datetime, limit: int) -> list[int]:
    """Lock the leads of what is due the longest, and that nobody else is at; their ids."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "limit": limit})
        return sorted({row[0] for row in cursor.fetchall()})


def note(steps: Sequence[Step]) -> None:
    """These are to be told of, once this transaction stands."""
    if not steps:
        return
    ids, holders, kept = zip(*((one.id, one.holder_id, one.kept_by_id) for one in steps), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"steps": list(ids), "holders": list(holders), "kept": list(kept)})


def take_to_tell() -> list[Step]:
    """Take what is to be told of, but for what somebody else has taken; what went with its lead by now is nothing to tell."""
    with connection.cursor() as cursor:
        cursor.execute(TO_TELL)
        return [Step(*row) for row in cursor.fetchall()]


def take_gone(*, limit: int) -> dict[int, int]:
    """Lock the leads of open offers to people who are not active any more, or left the team; the offers, each with its lead."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_GONE, {"limit": limit})
        return dict(cursor.fetchall())


def waited(lead_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
    """Handoffs of these leads whose hold is over, each with its lead."""
    with connection.cursor() as cursor:
        cursor.execute(WAITED, {"leads": list(lead_ids), "now": now})
        return dict(cursor.fetchall())


def overdue(lead_ids: Sequence[int], *, now: datetime) -> list[Overdue]:
    """Open offers of these leads that ran out by now, and those that may have since their hold ended by itself."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, {"leads": list(lead_ids), "now": now})
        return [Overdue(*row) for row in cursor.fetchall()]


def stop(lead_ids: Sequence[int], open_stages: Sequence[str], *, first_contact: str, now: datetime) -> None:
    """Let the sweep leave alone what needs no call any more."""
    with connection.cursor() as cursor:
        statement = STOP.format(first_contact=first_contact)
        cursor.execute(statement, {"leads": list(lead_ids), "open": list(open_stages), "now": now})


def do(lead_ids: Sequence[int], *, now: datetime, only: Sequence[int] | None = None) -> list[Step]:
    """Note everything that is due of these leads (of these handoffs only, if said) as done, and when the next is due; what it was."""
    with connection.cursor() as cursor:
        cursor.execute(DO, {"leads": list(lead_ids), "now": now, "only": list(only) if only is not None else None})
        return [Step(*row) for row in cursor.fetchall()]


def expire(step_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Let the offers of these steps run out, at the moment at which they did; their ids."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"steps": list(step_ids), "now": now})
        return sorted(row[0] for row in cursor.fetchall())

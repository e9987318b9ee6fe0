"""Offers many leads at once. Grain: one handoff. Clock: `now` is both when they are offered and when we learnt of it.

Who holds the lead is read from the lead itself, whose lock the caller holds. Rows come as one JSON document.

A need that is met as soon as it is found is written with its end; others end. The leads are marked for recomputing. Offers made together
with many others wait to be told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from alignment.prepared import planned

OFFER = """
WITH incoming AS (
    SELECT r.* FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS (
        lead_id bigint, rule_id bigint, rule_key text, origin text, replaces_id bigint, from_stage text, to_stage text, from_side text,
        to_team_id bigint, to_user_id bigint, offered_by_id bigint, strategy text, why jsonb, qualified_at timestamptz,
        calendar_id bigint, accept_by timestamptz, contact_by timestamptz, schedule jsonb, is_new bool)) WITH ORDINALITY
        AS r(lead_id, rule_id, rule_key, origin, replaces_id, from_stage, to_stage, from_side, to_team_id, to_user_id, offered_by_id,
             strategy, why, qualified_at, calendar_id, accept_by, contact_by, schedule, is_new, n)
),
made AS (
    INSERT INTO leads_handoff
        (lead_id, rule_id, rule_key, origin, replaces_id, from_stage, to_stage, from_side, to_side, from_team_id, from_user_id,
         to_team_id, to_user_id, offered_by_id, strategy, why, qualified_at, offered_at, recorded_at, calendar_id, accept_by,
         contact_by, state, schedule, step, next_at, version)
    SELECT i.lead_id, i.rule_id, i.rule_key, i.origin, i.replaces_id, coalesce(i.from_stage, l.stage), i.to_stage, i.from_side,
           t.side, l.team_id, l.owner_id, i.to_team_id, i.to_user_id, i.offered_by_id, i.strategy, i.why, i.qualified_at,
           %(now)s::timestamptz, %(now)s::timestamptz, i.calendar_id, i.accept_by, i.contact_by, 'offered',
           i.schedule, 0, (i.schedule -> 0 ->> 'at')::timestamptz, 1
    FROM incoming i JOIN leads_lead l ON l.id = i.lead_id JOIN people_team t ON t.id = i.to_team_id
    ORDER BY i.n
    RETURNING id, lead_id, rule_id, rule_key, to_team_id, qualified_at, accept_by, contact_by
),
deadlines AS (
    INSERT INTO leads_deadline (handoff_id, clock, due_at, recorded_at)
    SELECT m.id, d.clock, d.due_at, %(now)s::timestamptz
    FROM made m CROSS JOIN LATERAL (VALUES ('accept', m.accept_by), ('contact', m.contact_by)) AS d(clock, due_at)
    ORDER BY m.id, d.clock
),
needs AS (
    UPDATE leads_need n SET ended_at = %(now)s::timestamptz, ended_recorded_at = %(now)s::timestamptz, handoff_id = m.id
    FROM made m WHERE n.lead_id = m.lead_id AND n.ended_at IS NULL
),
at_once AS (
    INSERT INTO leads_need (lead_id, rule_id, rule_key, qualified_at, recorded_at, ended_at, ended_recorded_at, handoff_id)
    SELECT m.lead_id, m.rule_id, m.rule_key, m.qualified_at, %(now)s::timestamptz, %(now)s::timestamptz, %(now)s::timestamptz, m.id
    FROM made m JOIN incoming i ON i.lead_id = m.lead_id
    WHERE i.is_new ORDER BY m.id
),
touched AS (INSERT INTO leads_touched (lead_id) SELECT lead_id FROM made),
to_tell AS (INSERT INTO leads_offertotell (handoff_id) SELECT id FROM made WHERE %(later)s),
seen AS (
    UPDATE leads_lead l SET offered_team_id = m.to_team_id FROM made m WHERE l.id = m.lead_id
)
SELECT id FROM made ORDER BY id
"""

TO_TELL = """
WITH free AS MATERIALIZED (
    SELECT t.handoff_id FROM leads_offertotell t
    WHERE NOT EXISTS (SELECT FROM leads_handoff h WHERE h.id = t.handoff_id AND h.state = 'offered' AND h.accept_by IS NULL)
    FOR UPDATE SKIP LOCKED
),
gone AS (DELETE FROM leads_offertotell t USING free f WHERE t.handoff_id = f.handoff_id RETURNING t.handoff_id)
SELECT h.id, h.to_user_id, h.to_team_id, h.accept_by
FROM gone g JOIN leads_handoff h ON h.id = g.handoff_id AND h.state = 'offered'
ORDER BY h.id
"""
"""What is on hold is told of once its time runs again."""


@dataclass(frozen=True, slots=True)
class Row:
    """An offer as the table has it, but for what the lead itself says; `from_stage` None: where it stands."""

    lead_id: int
    rule_id: int
    rule_key: str
    origin: str
    replaces_id: int | None
    from_stage: str | None
    to_stage: str
    from_side: str
    to_team_id: int
    to_user_id: int | None
    offered_by_id: int | None
    strategy: str | None
    why: Sequence[str]
    qualified_at: datetime | None
    calendar_id: int | None
    accept_by: datetime
    contact_by: datetime
    schedule: Sequence[object]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An open offer of which its receiver was not told yet."""

    handoff_id: int
    to_user_id: int | None
    to_team_id: int
    accept_by: datetime


def offer(rows: Sequence[Row], *, now: datetime, told_later: bool) -> list[int]:
    """Write them, and that they are to be told of if that is done later; ids in the order of the rows."""
    document = orjson.dumps(list(rows)).decode()
    with connection.cursor() as cursor:
        cursor.execute(planned(cursor, OFFER), {"rows": document, "now": now, "later": told_later})
        return [row[0] for row in cursor.fetchall()]


def take_to_tell() -> list[Told]:
    """Take the offers that are to be told of, but for what somebody else has taken, and what is on hold; what was decided on by now is
    nothing to tell.
    """
    with connection.cursor() as cursor:
        cursor.execute(TO_TELL)
        return [Told(*row) for row in cursor.fetchall()]

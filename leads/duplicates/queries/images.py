"""Rows as they were before a merge, and as it left them: written into the merge and read back by the database alone.

Nothing of it passes through Python, where a number like 1.50 would come back as 1.5. Grain: one merge.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from leads.records.models import Lead

TAKE = """
INSERT INTO leads_merge (survivor_id, other_id, at, by_id, choices, moved, made, before, after)
SELECT %(survivor)s, %(other)s, %(now)s, %(by)s, %(choices)s::jsonb, '{}', '{}', jsonb_build_object(
    'survivor', (SELECT to_jsonb(l) FROM leads_lead l WHERE l.id = %(survivor)s),
    'other', (SELECT to_jsonb(l) FROM leads_lead l WHERE l.id = %(other)s),
    'evaluations', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.id), '[]') FROM leads_evaluation e
                    WHERE e.lead_id IN (%(survivor)s, %(other)s)),
    'past', (SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.id), '[]') FROM leads_fieldspast p
             WHERE p.lead_id IN (%(survivor)s, %(other)s)),
    'needs', (SELECT coalesce(jsonb_agg(to_jsonb(n) ORDER BY n.id), '[]') FROM leads_need n
              WHERE n.lead_id IN (%(survivor)s, %(other)s) AND n.ended_at IS NULL),
    'offers', (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.id), '[]') FROM leads_handoff h
               WHERE h.lead_id IN (%(survivor)s, %(other)s) AND h.state = 'offered'),
    'holds', (SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o.id), '[]') FROM leads_hold o JOIN leads_handoff h ON h.id = o.handoff_id
              WHERE h.lead_id IN (%(survivor)s, %(other)s) AND h.state = 'offered' AND o.ended_at IS NULL),
    'offered', (SELECT coalesce(jsonb_agg(h.id), '[]') FROM leads_handoff h WHERE h.lead_id = %(other)s AND h.state = 'offered'),
    'pair', (SELECT to_jsonb(p) FROM leads_pair p
             WHERE p.first_id = least(%(survivor)s::bigint, %(other)s) AND p.second_id = greatest(%(survivor)s::bigint, %(other)s)),
    'rows', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'identity', c.identity)), '[]') FROM leads_stagechange c
             WHERE c.lead_id = %(other)s AND c.identity IN (
                 SELECT s.identity FROM leads_stagechange s WHERE s.lead_id = %(survivor)s))), '{}'
RETURNING id
"""
"""`rows`: rows of one file in both logs, of which the survivor keeps the name that makes them one."""

LEFT = """
UPDATE leads_merge m SET moved = %(moved)s::jsonb, made = %(made)s::jsonb,
    after = (SELECT to_jsonb(l) FROM leads_lead l WHERE l.id = m.survivor_id)
WHERE m.id = %(merge)s
"""

DERIVED_COLUMNS = frozenset(
    {"stage", "owner_id", "team_id", "campaign_id", "segment", "territory", "offered_team_id", "version"}
)
"""Kept from logs, or counted: what they were follows once the logs are as they were."""
SET_ONCE = frozenset({"id", "is_test", "erased_at", "merged_into_id"})
"""What was set since stays."""

PUT_SURVIVOR_BACK = """
UPDATE leads_lead l SET {columns}
FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_record(NULL::leads_lead, m.before -> 'survivor') b
WHERE m.id = %(merge)s AND l.id = m.survivor_id
"""
PUT_BACK = (
    "{column} = CASE WHEN to_jsonb(l) -> {name} IS NOT DISTINCT FROM m.after -> {name} THEN {was} ELSE l.{column} END"
)

PUT_OTHER_BACK = """
UPDATE leads_lead l SET {columns}
FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_record(NULL::leads_lead, m.before -> 'other') b
WHERE m.id = %(merge)s AND l.id = m.other_id
"""

SAME_VERSION = """
UPDATE leads_lead l SET version = CASE
    WHEN to_jsonb(l) - 'version' = (m.before -> side.name) - 'version' THEN (m.before -> side.name ->> 'version')::int
    ELSE l.version + 1 END
FROM leads_merge m CROSS JOIN (VALUES ('survivor'), ('other')) AS side(name)
WHERE m.id = %(merge)s AND l.id = CASE side.name WHEN 'survivor' THEN m.survivor_id ELSE m.other_id END
"""
"""A record that is what it was has the version that it had."""

JUDGED_AS_BEFORE = """
DELETE FROM leads_evaluation e USING leads_merge m WHERE m.id = %(merge)s AND e.lead_id IN (m.survivor_id, m.other_id);
INSERT INTO leads_evaluation
SELECT e.* FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_evaluation, m.before -> 'evaluations') e
WHERE m.id = %(merge)s;
DELETE FROM leads_fieldspast p USING leads_merge m
WHERE m.id = %(merge)s AND p.lead_id IN (m.survivor_id, m.other_id) AND (p.until = %(now)s OR (p.until = m.at AND NOT EXISTS (
    SELECT FROM leads_fieldspast o WHERE o.lead_id = p.lead_id AND o.until > m.at AND o.until < %(now)s)));
INSERT INTO leads_fieldspast
SELECT p.* FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_fieldspast, m.before -> 'past') p
WHERE m.id = %(merge)s ON CONFLICT DO NOTHING
"""

NEEDS_AS_BEFORE = """
UPDATE leads_need n SET ended_at = NULL, ended_recorded_at = NULL, ended_why = NULL
FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_need, m.before -> 'needs') b
WHERE m.id = %(merge)s AND n.id = b.id AND n.ended_at = m.at AND n.handoff_id IS NULL
  AND n.id IN (SELECT jsonb_array_elements_text(m.made -> 'needs_ended')::bigint)
"""

OFFERS_AS_BEFORE = """
CREATE TEMPORARY TABLE offers_as_before ON COMMIT DROP AS
SELECT h.id, h.decided_at FROM leads_merge m
CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_handoff, m.before -> 'offers') b
JOIN leads_handoff h ON h.id = b.id
WHERE m.id = %(merge)s AND h.state = 'withdrawn' AND h.decided_by_id IS NULL
  AND NOT EXISTS (SELECT FROM leads_handoff o WHERE o.lead_id = h.lead_id AND o.state = 'offered');
DELETE FROM leads_deadline d USING offers_as_before t WHERE d.handoff_id = t.id AND d.recorded_at = t.decided_at;
UPDATE leads_handoff h SET state = b.state, decided_at = NULL, decided_recorded_at = NULL, note = b.note, accept_by = b.accept_by,
    contact_by = b.contact_by, schedule = b.schedule, step = b.step, next_at = b.next_at, version = b.version
FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_handoff, m.before -> 'offers') b
WHERE m.id = %(merge)s AND h.id = b.id AND h.id IN (SELECT id FROM offers_as_before);
UPDATE leads_hold o SET ended_at = NULL, ended_by_id = NULL
FROM leads_merge m CROSS JOIN LATERAL jsonb_populate_recordset(NULL::leads_hold, m.before -> 'holds') b
WHERE m.id = %(merge)s AND o.id = b.id AND o.handoff_id IN (SELECT id FROM offers_as_before);
DROP TABLE offers_as_before
"""
"""Offers that nobody decided on: what the product took back since the two are one stands again, its clocks as they were."""

ROWS_AS_BEFORE = """
UPDATE leads_stagechange c SET identity = b.identity
FROM leads_merge m CROSS JOIN LATERAL jsonb_to_recordset(m.before -> 'rows') AS b(id bigint, identity text)
WHERE m.id = %(merge)s AND c.id = b.id AND c.lead_id = m.other_id
"""

PAIR_AS_BEFORE = """
UPDATE leads_pair p SET state = coalesce(m.before -> 'pair' ->> 'state', 'open'),
    decided_at = (m.before -> 'pair' ->> 'decided_at')::timestamptz, decided_by_id = (m.before -> 'pair' ->> 'decided_by_id')::bigint
FROM leads_merge m
WHERE m.id = %(merge)s AND p.first_id = least(m.survivor_id, m.other_id) AND p.second_id = greatest(m.survivor_id, m.other_id)
"""


def take(*, survivor_id: int, other_id: int, by_id: int, choices: str, now: datetime) -> int:
    """A merge with the rows as they are before it; its id. The caller holds the leads' locks."""
    values: dict[str, Any] = {"survivor": survivor_id, "other": other_id, "by": by_id, "choices": choices, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        [merge_id] = cursor.fetchone()
        return int(merge_id)


def put_back(merge_id: int) -> None:
    """Both records as they were; fields of the survivor that changed since stay."""
    columns = [field.column for field in Lead._meta.concrete_fields if field.column]
    mine = [name for name in columns if name not in DERIVED_COLUMNS | SET_ONCE]
    _run(sql.SQL(PUT_SURVIVOR_BACK).format(columns=sql.SQL(", ").join(_put_back(name) for name in mine)), merge_id)
    whole = [sql.SQL("{0} = b.{0}").format(sql.Identifier(name)) for name in columns if name != "id"]
    _run(sql.SQL(PUT_OTHER_BACK).format(columns=sql.SQL(", ").join(whole)), merge_id)


def _put_back(column: str) -> sql.Composed:
    was = sql.SQL("(SELECT c.id FROM leads_company c WHERE c.id = b.company_id)")
    if column != "company_id":
        was = sql.SQL("b.{}").format(sql.Identifier(column))  # type: ignore[assignment]
    return sql.SQL(PUT_BACK).format(column=sql.Identifier(column), name=sql.Literal(column), was=was)


def run(statement: str, merge_id: int, **values: Any) -> None:
    """Run one of the statements about a merge."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"merge": merge_id, **values})


def _run(statement: sql.Composed, merge_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"merge": merge_id})

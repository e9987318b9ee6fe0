"""Of which leads is there something to judge by a definition, in which time, and what was found?

Grain: one row a lead and definition (`leads_evaluation`). A lead may be moved while, as far as was known, it stood in no stage or
in an open one below: in windows between its stays elsewhere. The earliest window with something left to judge is taken; `more`
says that later ones remain. Clock: `since` is the latest of: the lead's recording, what was judged already, its last move by a
definition, the window's opening (its return, as we learnt of it), the beginning of the version. A window closes when the lead
left, or when we learnt that it had, whichever came first. Indexes: evaluation_once, stay_order, stage_change_order. The caller
holds the leads' locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.agreements.in_force import InForce
from leads.definitions.compiling.statements import Statement
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition

WHOM = """
WITH stays AS (
    SELECT s.lead_id, s.at, s.change_id, s.stage = ANY(%(q_lower)s::text[]) AS movable,
           lag(s.stage = ANY(%(q_lower)s::text[])) OVER (PARTITION BY s.lead_id ORDER BY s.at, s.change_id) AS before
    FROM leads_stay s WHERE s.lead_id = ANY(%(q_leads)s::bigint[])
),
known AS (
    SELECT *, CASE WHEN before IS NOT NULL OR NOT movable
                   THEN (SELECT c.recorded_at FROM leads_stagechange c WHERE c.id = change_id) END AS recorded_at
    FROM stays WHERE before IS DISTINCT FROM movable
),
edges AS (
    SELECT *, greatest(at, recorded_at) AS known_from, least(at, recorded_at) AS known_to,
           lead(least(at, recorded_at)) OVER (PARTITION BY lead_id ORDER BY at, change_id) AS closes
    FROM known
),
windows AS (
    SELECT lead_id, CASE WHEN before IS NULL THEN '-infinity' ELSE known_from END AS opens, coalesce(closes, 'infinity') AS closes
    FROM edges WHERE movable
    UNION ALL
    SELECT lead_id, '-infinity', known_to FROM edges WHERE before IS NULL AND NOT movable
),
moved AS (
    SELECT c.lead_id, max(c.at) AS at FROM leads_stagechange c
    WHERE c.lead_id = ANY(%(q_leads)s::bigint[]) AND c.agreement_version_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
    GROUP BY c.lead_id
),
open_to_it AS (
    SELECT l.id AS lead_id, greatest(l.recorded_at, e.through, moved.at, w.opens, %(q_since)s) AS since,
           coalesce(w.closes, 'infinity') AS closes
    FROM unnest(%(q_leads)s::bigint[]) AS wanted(id)
    JOIN leads_lead l ON l.id = wanted.id
    LEFT JOIN leads_evaluation e ON e.lead_id = l.id AND e.key = %(q_key)s
    LEFT JOIN moved ON moved.lead_id = l.id
    LEFT JOIN windows w ON w.lead_id = l.id
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL AND l.id <> ALL(%(q_done)s::bigint[])
)
SELECT DISTINCT ON (lead_id) lead_id, since, closes, count(*) OVER (PARTITION BY lead_id) > 1 AS more
FROM open_to_it WHERE since < closes AND (%(q_last)s OR since <= %(q_until)s)
ORDER BY lead_id, since
"""

KEEP = """
WITH whom AS MATERIALIZED ({whom}),
judged AS MATERIALIZED (
    SELECT w.*, f.at, coalesce(f.at, least(w.closes, greatest(w.since, %(q_until)s))) AS through, j.next_at
    FROM whom w JOIN ({judged}) j ON j.lead_id = w.lead_id
    CROSS JOIN LATERAL (SELECT CASE WHEN j.at < w.closes THEN j.at END AS at) f
),
kept AS (
    INSERT INTO leads_evaluation (lead_id, key, version_id, through, met, next_at)
    SELECT lead_id, %(q_key)s, %(q_version)s, through, at IS NOT NULL,
           CASE WHEN at IS NULL AND closes = 'infinity' THEN CASE WHEN since > %(q_until)s THEN since ELSE next_at END END
    FROM judged ORDER BY lead_id
    ON CONFLICT (lead_id, key) DO UPDATE
        SET version_id = excluded.version_id, through = excluded.through, met = excluded.met, next_at = excluded.next_at
)
SELECT lead_id, at, through, more FROM judged WHERE at IS NOT NULL OR more ORDER BY lead_id
"""
"""`judged` reads `whom` and gives (lead_id, at, next_at). Run without JIT: compiling takes longer than a thousand leads do."""

OVERTAKEN = """
SELECT c.id FROM leads_stagechange c LEFT JOIN leads_stay s ON s.change_id = c.id
WHERE c.lead_id = ANY(%(leads)s::bigint[]) AND c.agreement_version_id IS NOT NULL AND c."to" = %(key)s
  AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
  AND (s.change_id IS NULL OR s.from_stage <> ALL(%(lower)s::text[]))
  AND EXISTS (
      SELECT FROM leads_stagechange o
      WHERE o.lead_id = c.lead_id AND o.at <= c.at AND o.recorded_at > c.recorded_at
        AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = o.id))
ORDER BY c.id
"""
"""Moves by a definition that moved nobody forward, by what became known of earlier stages since."""

SINCE = Statement(sql.SQL("SELECT lead_id, since FROM whom"), {})

TIDY = """
DELETE FROM leads_evaluation e USING leads_lead l
WHERE l.id = ANY(%(leads)s::bigint[]) AND e.lead_id = l.id
  AND (l.is_test OR l.merged_into_id IS NOT NULL OR l.erased_at IS NOT NULL);
UPDATE leads_evaluation SET next_at = NULL WHERE lead_id = ANY(%(leads)s::bigint[]) AND next_at <= %(now)s;
DELETE FROM leads_fieldspast
WHERE lead_id = ANY(%(leads)s::bigint[]) AND lead_id <> ALL(%(unfinished)s::bigint[]) AND until <= %(now)s
"""

FORGET_COMPANIES = """
DELETE FROM leads_fieldspast
WHERE company_id IS NOT NULL AND until <= %(now)s AND NOT EXISTS (SELECT FROM leads_toqualify)
"""


@dataclass(frozen=True)
class Finding:
    """A lead that meets a definition at a moment (`at`), or of which there is `more` to judge after `through`."""

    lead_id: int
    at: datetime | None
    through: datetime
    more: bool


def judge(
    period: InForce, lead_ids: Sequence[int], *, lower: Sequence[str], done: Sequence[int], until: datetime, last: bool
) -> list[Finding]:
    """Judge these leads, but those `done`, by a version for the time that it was in force, up to `until`; write down what was
    found. `lower` are the stages out of which it moves; `last`: no version came after it.
    """
    judged = first_moments(period.says(LeadDefinition), SINCE, until)
    values: dict[str, Any] = {
        **judged.values, "q_leads": list(lead_ids), "q_key": period.key, "q_version": period.version_id,
        "q_since": period.since, "q_lower": list(lower), "q_done": list(done), "q_until": until, "q_last": last,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(sql.SQL(KEEP).format(whom=sql.SQL(WHOM), judged=judged.text), values)
        return [Finding(*row) for row in cursor.fetchall()]


def overtaken(lead_ids: Sequence[int], *, key: str, lower: Sequence[str]) -> list[int]:
    """Ids of automatic moves of these leads into that stage which what we learnt since left no room for."""
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, {"leads": list(lead_ids), "key": key, "lower": list(lower)})
        return [row[0] for row in cursor.fetchall()]


def tidy(lead_ids: Sequence[int], *, unfinished: Sequence[int], now: datetime) -> None:
    """Forget what nobody will ask again of leads that were judged: past fields, times that have come, leads that no longer count."""
    with connection.cursor() as cursor:
        cursor.execute(TIDY, {"leads": list(lead_ids), "unfinished": list(unfinished), "now": now})


def forget_companies(now: datetime) -> None:
    """Once nobody waits, no earlier moment is judged any more: what companies' fields held before is not needed."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_COMPANIES, {"now": now})

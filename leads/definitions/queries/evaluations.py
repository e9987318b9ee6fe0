"""Which of these leads may a definition move, from which instant on, and what was found of them?

Grain: one row a lead and definition (`leads_evaluation`). Clock: `since` of a lead is the latest of: its recording, what was
judged already, its return from a stage out of which the machine moves nobody (as we learnt of it), its last move by a
definition, and the beginning of the version. Indexes: evaluation_once, stay_order, stage_change_order. The caller holds the
leads' locks.
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
SELECT l.id AS lead_id, greatest(l.recorded_at, e.through, back.at, moved.at, %(q_since)s) AS since
FROM unnest(%(q_leads)s::bigint[]) AS wanted(id)
JOIN leads_lead l ON l.id = wanted.id
LEFT JOIN leads_evaluation e ON e.lead_id = l.id AND e.key = %(q_key)s
LEFT JOIN (
    SELECT DISTINCT ON (s.lead_id) s.lead_id, greatest(s.at, c.recorded_at) AS at
    FROM leads_stay s JOIN leads_stagechange c ON c.id = s.change_id
    WHERE s.lead_id = ANY(%(q_leads)s::bigint[]) AND s.stage = ANY(%(q_lower)s::text[]) AND s.from_stage <> ALL(%(q_lower)s::text[])
    ORDER BY s.lead_id, s.at DESC
) back ON back.lead_id = l.id
LEFT JOIN (
    SELECT c.lead_id, max(c.at) AS at FROM leads_stagechange c
    WHERE c.lead_id = ANY(%(q_leads)s::bigint[]) AND c.agreement_version_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
    GROUP BY c.lead_id
) moved ON moved.lead_id = l.id
WHERE NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
  AND (l.stage IS NULL OR l.stage = ANY(%(q_lower)s::text[])) AND l.id <> ALL(%(q_found)s::bigint[])
"""

KEEP = """
WITH whom AS MATERIALIZED ({whom}),
judged AS ({judged}),
kept AS (
    INSERT INTO leads_evaluation (lead_id, key, version_id, through, met, next_at)
    SELECT w.lead_id, %(q_key)s, %(q_version)s, coalesce(j.at, greatest(w.since, %(q_until)s)), j.at IS NOT NULL,
           CASE WHEN j.at IS NULL THEN CASE WHEN w.since > %(q_until)s THEN w.since ELSE j.next_at END END
    FROM whom w JOIN judged j ON j.lead_id = w.lead_id
    ORDER BY w.lead_id
    ON CONFLICT (lead_id, key) DO UPDATE
        SET version_id = excluded.version_id, through = excluded.through, met = excluded.met, next_at = excluded.next_at
    RETURNING lead_id, through, met
)
SELECT lead_id, through FROM kept WHERE met ORDER BY lead_id
"""
"""`judged` reads `whom` and gives (lead_id, at, next_at)."""

SINCE = Statement(sql.SQL("SELECT lead_id, since FROM whom"), {})

TIDY = """
DELETE FROM leads_evaluation e USING leads_lead l
WHERE l.id = ANY(%(leads)s::bigint[]) AND e.lead_id = l.id
  AND (l.is_test OR l.merged_into_id IS NOT NULL OR l.erased_at IS NOT NULL);
UPDATE leads_evaluation SET next_at = NULL WHERE lead_id = ANY(%(leads)s::bigint[]) AND next_at <= %(now)s;
DELETE FROM leads_fieldspast WHERE lead_id = ANY(%(leads)s::bigint[]) AND until <= %(now)s
"""

FORGET_COMPANIES = """
DELETE FROM leads_fieldspast
WHERE company_id IS NOT NULL AND until <= %(now)s AND NOT EXISTS (SELECT FROM leads_toqualify)
"""


@dataclass(frozen=True)
class Met:
    """A lead that a definition moves, and when."""

    lead_id: int
    at: datetime


def judge(
    period: InForce, lead_ids: Sequence[int], *, lower: Sequence[str], found: Sequence[int], until: datetime
) -> list[Met]:
    """Judge these leads by a version for the time that it was in force, up to `until`, and write down what was found.

    Only leads in no stage or in one of `lower`, and not yet `found`. Those who meet it are given back, each with the moment.
    """
    judged = first_moments(period.says(LeadDefinition), SINCE, until)
    values: dict[str, Any] = {
        **judged.values, "q_leads": list(lead_ids), "q_key": period.key, "q_version": period.version_id,
        "q_since": period.since, "q_lower": list(lower), "q_found": list(found), "q_until": until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(KEEP).format(whom=sql.SQL(WHOM), judged=judged.text), values)
        return [Met(*row) for row in cursor.fetchall()]


def tidy(lead_ids: Sequence[int], now: datetime) -> None:
    """Forget what nobody will ask again of leads that were judged: past fields, times that have come, leads that no longer count."""
    with connection.cursor() as cursor:
        cursor.execute(TIDY, {"leads": list(lead_ids), "now": now})


def forget_companies(now: datetime) -> None:
    """Once nobody waits, no earlier moment is judged any more: what companies' fields held before is not needed."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_COMPANIES, {"now": now})

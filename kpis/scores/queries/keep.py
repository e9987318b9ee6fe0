"""How are scores written, and who waits for one? Set-based, in batches of leads.

Grain: one row a lead. A later score is never replaced by an earlier one. Index: the primary keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

MAY_BE_OPEN = """
SELECT array_agg(id) FROM (
    SELECT l.id FROM leads_lead l
    WHERE l.id > %(after)s
      AND (l.stage = ANY(%(open)s::text[]) OR l.id IN (SELECT y.lead_id FROM leads_stay y WHERE y.at > %(now)s))
    ORDER BY l.id LIMIT %(limit)s
) l
"""
"""Where a lead's log leads may be a few minutes ahead of now: it may stand open until then. Index: stay_by_at."""

TAKE = """
WITH taken AS (SELECT id FROM kpis_scoredue ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM kpis_scoredue d USING taken WHERE d.id = taken.id RETURNING d.lead_id)
SELECT DISTINCT lead_id FROM gone ORDER BY lead_id
"""

KEEP = """
INSERT INTO kpis_score (lead_id, version_id, chance, reasons, computed_at)
SELECT s.lead_id, %(version)s, s.chance, s.reasons::jsonb, %(now)s
FROM unnest(%(leads)s::bigint[], %(chances)s::float8[], %(reasons)s::text[]) s(lead_id, chance, reasons)
ORDER BY s.lead_id
ON CONFLICT (lead_id) DO UPDATE
SET version_id = excluded.version_id, chance = excluded.chance, reasons = excluded.reasons, computed_at = excluded.computed_at
WHERE kpis_score.computed_at <= excluded.computed_at
"""

DROP = """
DELETE FROM kpis_score
WHERE lead_id = ANY(%(asked)s::bigint[]) AND NOT lead_id = ANY(%(leads)s::bigint[]) AND computed_at <= %(now)s
"""

DROP_ELSEWHERE = """
DELETE FROM kpis_score s
WHERE s.computed_at < %(now)s AND NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = s.lead_id AND l.stage = ANY(%(open)s::text[]))
"""
"""Who came to stand open meanwhile, and was scored by what that marked, keeps that score."""


@dataclass(frozen=True)
class Scored:
    """A lead, its chance, and its reasons as JSON."""

    lead_id: int
    chance: float
    reasons: str


def may_be_open(after: int, open_stages: Sequence[str], limit: int, *, now: datetime) -> list[int]:
    """The next ids of leads that may stand in one of these stages now, in order."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_BE_OPEN, {"after": after, "open": list(open_stages), "limit": limit, "now": now})
        return cursor.fetchone()[0] or []


def take(limit: int) -> list[int]:
    """Ids of leads that waited for a score; the caller holds the transaction that computes it."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        return [row[0] for row in cursor.fetchall()]


def keep(asked: Sequence[int], scored: Sequence[Scored], *, version_id: int, now: datetime) -> None:
    """These are the scores of the leads asked about; who has none any more loses the old one."""
    leads = [one.lead_id for one in scored]
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "leads": leads,
                "chances": [one.chance for one in scored],
                "reasons": [one.reasons for one in scored],
                "version": version_id,
                "now": now,
            },
        )
        cursor.execute(DROP, {"asked": list(asked), "leads": leads, "now": now})


def drop_elsewhere(open_stages: Sequence[str], *, now: datetime) -> None:
    """Take out the scores, not renewed at `now`, of leads that stand in none of these stages, or are not there any more."""
    with connection.cursor() as cursor:
        cursor.execute(DROP_ELSEWHERE, {"open": list(open_stages), "now": now})

"""How are scores written, and who waits for one? Set-based, in batches of leads.

Grain: one row a lead. A later score is never replaced by an earlier one. Index: the primary keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

BATCH_AFTER = "SELECT array_agg(id) FROM (SELECT id FROM leads_lead WHERE id > %(after)s ORDER BY id LIMIT %(limit)s) l"

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

DROP_GONE = "DELETE FROM kpis_score s WHERE NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = s.lead_id)"


@dataclass(frozen=True)
class Scored:
    """A lead, its chance, and its reasons as JSON."""

    lead_id: int
    chance: float
    reasons: str


def batch_after(after: int, limit: int) -> list[int]:
    """The next ids of leads, in order."""
    with connection.cursor() as cursor:
        cursor.execute(BATCH_AFTER, {"after": after, "limit": limit})
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


def drop_gone() -> None:
    """Take out the scores of leads that are not there any more."""
    with connection.cursor() as cursor:
        cursor.execute(DROP_GONE)

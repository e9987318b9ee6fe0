"""Ends open offers, many at once. Grain: one handoff; those that are not open any more are left alone. The leads are locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from django.db import connection

from leads.handoffs.queries.chains import kept_by

WITHDRAW = """
UPDATE leads_handoff SET state = 'withdrawn', decided_at = %(now)s, decided_recorded_at = %(now)s, decided_by_id = %(by)s,
    note = %(why)s, next_at = NULL, version = version + 1
WHERE id = ANY(%(handoffs)s::bigint[]) AND state = 'offered'
RETURNING id
"""

GROUNDLESS = f"""
SELECT h.id, CASE
    WHEN l.erased_at IS NOT NULL THEN 'the person was erased'
    WHEN l.merged_into_id IS NOT NULL THEN 'the lead was merged into another'
    WHEN l.is_test THEN 'the lead is a test'
    ELSE 'the lead is in another stage by now' END
FROM leads_handoff h JOIN leads_lead l ON l.id = h.lead_id
WHERE h.lead_id = ANY(%(leads)s::bigint[]) AND h.state = 'offered'
  AND (l.erased_at IS NOT NULL OR l.merged_into_id IS NOT NULL OR l.is_test
       OR coalesce(%(retired)s::jsonb ->> l.stage, l.stage)
          IS DISTINCT FROM coalesce(%(retired)s::jsonb ->> h.from_stage, h.from_stage)
          AND NOT (l.stage = ANY(%(open)s::text[]) AND {kept_by()} IS NOT NULL))
ORDER BY h.id
"""
"""A lead that somebody has accepted and passes on may go on through the open stages meanwhile: who has it works with it."""


def withdraw(handoff_ids: Sequence[int], *, by_id: int | None, why: str, now: datetime) -> list[int]:
    """Take these back; ids of those that were open."""
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAW, {"handoffs": list(handoff_ids), "by": by_id, "why": why, "now": now})
        return sorted(row[0] for row in cursor.fetchall())


def groundless(
    lead_ids: Sequence[int], open_stages: Sequence[str], retired: Mapping[str, str]
) -> list[tuple[int, str]]:
    """The open offers of these leads that have no ground any more, each with why in words. `retired` are keys of stages by what they
    count as.
    """
    said = orjson.dumps(retired).decode()
    with connection.cursor() as cursor:
        cursor.execute(GROUNDLESS, {"leads": list(lead_ids), "open": list(open_stages), "retired": said})
        return [(row[0], row[1]) for row in cursor.fetchall()]

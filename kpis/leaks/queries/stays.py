"""In which stages did leads stay, and what is agreed of those stages? The ground under every kind of leak.

Grain: one row a change that counts, with [at, until). Clock: all that is known, or what was known at `known_at`.
Index: stay_order. Test leads, merged and erased ones are left out: they raise no leaks.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql

from kpis.leaks.queries.facts import of_these_leads
from leads.lifecycle.queries.walk import WALK

KEPT = f"""
WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
stayed AS (
    SELECT change_id, lead_id, stage, at, until, pass_number FROM leads_stay y
    WHERE {of_these_leads("y.lead_id")}
),
"""

AS_KNOWN_THEN = (
    "WITH "
    + WALK
    + """,
wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
stayed AS (SELECT id AS change_id, lead_id, stage, at, until, pass_number FROM changes),
"""
)

STAYS = f"""
stays AS MATERIALIZED (
    SELECT y.change_id, y.lead_id, y.stage, y.at, y.until, y.pass_number, s.category, s.side, s.requires_owner,
           coalesce(s.age, %(stalled_limit)s) AS age, coalesce(s.quiet, %(stalled_quiet)s) AS quiet
    FROM stayed y
    JOIN leads_stage s ON s.version_id = %(version)s AND s.key = y.stage
    JOIN leads_lead l ON l.id = y.lead_id
    WHERE y.until IS DISTINCT FROM y.at AND {of_these_leads("l.id")}
      AND NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
)
"""


def stays(known_at: datetime | None) -> sql.Composed:
    """`WITH …, stays AS (…)`, from what is kept, or for an earlier `known_at` from the log as it was known."""
    return sql.Composed([sql.SQL(KEPT if known_at is None else AS_KNOWN_THEN), sql.SQL(STAYS)])

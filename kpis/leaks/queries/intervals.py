"""When did which leaks hold? All kinds together, from the logs alone, kept or just read.

Grain: one row a leak, unique by (lead, kind, since). Clock: all that is known, or what was known at `known_at`.
The same statements serve a few leads and all of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.leaks.kinds import KINDS, LeakKind
from kpis.leaks.limits import limits
from kpis.leaks.queries.facts import of_these_leads
from kpis.leaks.queries.stays import stays
from kpis.queries.plans import hashed_joins
from leads.activities.kinds import REPLIES
from leads.funnel.stage_sets import StageSet

OF_KIND = """
SELECT {key} AS kind, {side}::text AS side, i.lead_id, i.pass_number, i.since, i.until, i.limit_seconds FROM ({intervals}) i
"""

LEAKS = """,
leaks AS MATERIALIZED (
    SELECT f.lead_id, f.kind, f.pass_number, f.since, f.until, coalesce(f.side, s.side) AS side, s.stage, f.limit_seconds
    FROM ({found}) f JOIN stays s ON s.lead_id = f.lead_id AND s.at <= f.since AND (s.until IS NULL OR f.since < s.until)
)
"""

KEEP = f""",
closed AS (
    DELETE FROM kpis_leak k
    WHERE {of_these_leads("k.lead_id")}
      AND NOT EXISTS (
          SELECT FROM leaks f
          WHERE (f.lead_id, f.kind, f.pass_number, f.since) = (k.lead_id, k.kind, k.pass_number, k.since))
    RETURNING k.id
)
INSERT INTO kpis_leak AS k (lead_id, kind, pass_number, since, until, side, stage, limit_seconds)
SELECT lead_id, kind, pass_number, since, until, side, stage, limit_seconds FROM leaks
WHERE (SELECT count(*) FROM closed) >= 0
ORDER BY lead_id, kind, since
ON CONFLICT (lead_id, kind, pass_number, since) DO UPDATE
    SET until = excluded.until, side = excluded.side, stage = excluded.stage, limit_seconds = excluded.limit_seconds
WHERE (k.until, k.side, k.stage, k.limit_seconds) IS DISTINCT FROM (excluded.until, excluded.side, excluded.stage, excluded.limit_seconds)
"""
"""What no longer holds goes first (the count waits for it), then rows in order of time: there is never a second open leak."""


def leaks(known_at: datetime | None) -> sql.Composed:
    """`WITH …, leaks AS (…)`: the CTEs up to the leaks."""
    found = sql.SQL(" UNION ALL ").join(_of_kind(kind) for kind in KINDS)
    return sql.Composed([stays(known_at), sql.SQL(LEAKS).format(found=found)])


def _of_kind(kind: LeakKind) -> sql.Composed:
    return sql.SQL(OF_KIND).format(key=sql.Literal(kind.key), side=sql.Literal(kind.side), intervals=kind.intervals)


def values(stages: StageSet, *, leads: list[int] | None, known_at: datetime | None) -> dict[str, Any]:
    """What the CTEs of `leaks` name."""
    return {
        "leads": leads,
        "every_lead": leads is None,
        "known_at": known_at,
        "as_of": None,
        "version": stages.version_id,
        "replies": sorted(REPLIES),
        **limits(),
    }


def keep(lead_ids: list[int] | None, stages: StageSet) -> None:
    """Make the kept leaks of these leads, or of all, what the logs say; rows that still hold keep their id. Needs a transaction."""
    with hashed_joins(), connection.cursor() as cursor:
        cursor.execute(leaks(None) + sql.SQL(KEEP), values(stages, leads=lead_ids, known_at=None))

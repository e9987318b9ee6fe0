"""How many leads of each cohort day and source came how far? Kept for the dashboard.

Grain: one row a lead (`kpis_cohortplace`), one a (day, source, stage) that somebody reached (`kpis_funnelcell`). The day is that
of `reached` at the first forward stage in the reporting zone; the window is 90 × 24 hours. Clock: all that is known now.
Index: cohort_place_by_day. The caller holds the lock of the cells.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

PLACED = """
WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
placed AS (
    SELECT p.lead_id, (p.reached[1] AT TIME ZONE %(zone)s)::date AS day, l.source,
           (SELECT count(r.at) FROM unnest(p.reached) AS r(at)) AS furthest,
           (SELECT count(r.at) FROM unnest(p.reached) AS r(at) WHERE r.at <= p.reached[1] + interval '2160 hours') AS furthest_in_window
    FROM leads_progress p JOIN leads_lead l ON l.id = p.lead_id
    WHERE p.reached[1] IS NOT NULL AND NOT l.is_test AND l.merged_into_id IS NULL
      AND (%(every_lead)s OR p.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted)))
)
"""

LEAVE = (
    PLACED
    + """
DELETE FROM kpis_cohortplace k
WHERE (%(every_lead)s OR k.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted)))
  AND NOT EXISTS (
      SELECT FROM placed f
      WHERE f.lead_id = k.lead_id
        AND (f.day, f.source, f.furthest, f.furthest_in_window) IS NOT DISTINCT FROM (k.day, k.source, k.furthest, k.furthest_in_window))
RETURNING k.day
"""
)

TAKE_PLACE = (
    PLACED
    + """
INSERT INTO kpis_cohortplace (lead_id, day, source, furthest, furthest_in_window)
SELECT lead_id, day, source, furthest, furthest_in_window FROM placed
ON CONFLICT (lead_id) DO NOTHING
RETURNING day
"""
)

CLEAR = "DELETE FROM kpis_funnelcell WHERE %(days)s::date[] IS NULL OR day = ANY(%(days)s::date[])"

COUNT = """
INSERT INTO kpis_funnelcell (day, source, position, reached, in_window)
SELECT k.day, k.source, s.position, count(*), count(*) FILTER (WHERE k.furthest_in_window >= s.position)
FROM kpis_cohortplace k CROSS JOIN LATERAL generate_series(1, k.furthest) AS s(position)
WHERE %(days)s::date[] IS NULL OR k.day = ANY(%(days)s::date[])
GROUP BY k.day, k.source, s.position
ORDER BY k.day, k.source, s.position
"""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('kpis_funnelcell'))"


def lock() -> None:
    """Nobody else writes places or cells until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def place(lead_ids: list[int] | None, zone: str) -> list[date]:
    """Put these leads, or all, where their progress says; the days that someone left or came into."""
    values = {"leads": lead_ids, "every_lead": lead_ids is None, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, values)
        days = {row[0] for row in cursor.fetchall()}
        cursor.execute(TAKE_PLACE, values)
        return sorted(days | {row[0] for row in cursor.fetchall()})


def count(days: list[date] | None) -> None:
    """Count these days anew, or all."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, {"days": days})
        cursor.execute(COUNT, {"days": days})

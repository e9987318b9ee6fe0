"""What do all facts add up to? Every value anew, put in the place of those that differ. Grain: one row a value.

Zeros are stored for everything together, in every period that has begun since the first line of anything (of the last ten years).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from alignment.plans import hashed_joins
from alignment.unpivot import unpivot
from kpis.metrics.kept.models import Cause
from kpis.metrics.kept.queries.differences import CLOSED, WAS_KEPT
from kpis.metrics.kept.queries.facts import ANEW

CALENDAR = f"""
DROP TABLE IF EXISTS pg_temp.kept_calendar;
CREATE TEMP TABLE kept_calendar ON COMMIT DROP AS
SELECT d.day, date_trunc('week', d.day::timestamp)::date AS week, date_trunc('month', d.day::timestamp)::date AS month,
       date_trunc('quarter', d.day::timestamp)::date AS quarter, date_trunc('year', d.day::timestamp)::date AS year,
       (min(d.day) OVER (PARTITION BY date_trunc('week', d.day::timestamp), date_trunc('month', d.day::timestamp)))::date AS piece
FROM (SELECT DISTINCT day FROM {ANEW} WHERE waits_until IS NULL) d;
ANALYZE kept_calendar
"""
"""Days are looked up rather than reckoned, a million times. A piece, named by its first day, is what a week and a month share."""

PIECES = f"""
DROP TABLE IF EXISTS pg_temp.kept_pieces, pg_temp.kept_all;
CREATE TEMP TABLE kept_pieces ON COMMIT DROP AS
SELECT f.metric_id, coalesce(f.day, c.piece) AS day, f.source_id, f.campaign_id, f.owner_id, f.team_id,
       sum(f.lines)::bigint AS lines, sum(f.unknown)::bigint AS unknown,
       sum(f.lines) + coalesce(sum(f.total - f.lines) FILTER (WHERE f.total <> f.lines), 0) AS total
FROM {ANEW} f JOIN kept_calendar c USING (day) WHERE f.waits_until IS NULL
GROUP BY GROUPING SETS ((f.metric_id, f.day), (f.metric_id, c.piece, f.source_id), (f.metric_id, c.piece, f.campaign_id),
                        (f.metric_id, c.piece, f.owner_id), (f.metric_id, c.piece, f.team_id));
ANALYZE kept_pieces
"""
"""Everything together by day; cuts, which are kept by week and month only, by the pieces of both: a third of the rows.
Of what is counted the total is the lines: only what differs is added up as numbers of many digits."""

PERIODS = unpivot(["0, c.day", "1, c.week", "2, c.month", "3, c.quarter", "4, c.year"])
OF_CUTS = unpivot(["1, c.week", "2, c.month"])

SUMS = f"""
SELECT d.metric_id, p.grain::smallint, p.first_day, 0::smallint, 0, d.lines, d.unknown, d.total
FROM kept_pieces d JOIN kept_calendar c USING (day)
CROSS JOIN LATERAL {PERIODS} AS p(grain, first_day)
WHERE coalesce(d.source_id, d.campaign_id, d.owner_id, d.team_id) IS NULL
UNION ALL
SELECT d.metric_id, p.grain::smallint, p.first_day,
       CASE WHEN d.source_id IS NOT NULL THEN 1 WHEN d.campaign_id IS NOT NULL THEN 2 WHEN d.owner_id IS NOT NULL THEN 3 ELSE 4
       END::smallint,
       coalesce(d.source_id, d.campaign_id, d.owner_id, d.team_id), d.lines, d.unknown, d.total
FROM kept_pieces d JOIN kept_calendar c USING (day)
CROSS JOIN LATERAL {OF_CUTS} AS p(grain, first_day)
WHERE coalesce(d.source_id, d.campaign_id, d.owner_id, d.team_id) IS NOT NULL
"""

NO_LINES = """
SELECT m.id, g.grain::smallint, g.first_day::date, 0::smallint, 0, 0::bigint, 0::bigint, 0::numeric
FROM unnest(%(metrics)s::int[]) AS m(id)
CROSS JOIN (
    SELECT grain, generate_series(date_trunc(unit, %(since)s::date::timestamp), %(today)s::date::timestamp, step) AS first_day
    FROM (VALUES (0, 'day', interval '1 day'), (1, 'week', interval '7 days'), (2, 'month', interval '1 month'),
                 (3, 'quarter', interval '3 months'), (4, 'year', interval '1 year')) AS u(grain, unit, step)
) g
"""
"""Nothing where `since` is null."""

ZEROS = f"""
INSERT INTO kpis_keptvalue (metric_id, grain, first_day, cut, group_id, lines, unknown, total, computed_at)
SELECT z.*, %(now)s FROM ({NO_LINES}) z ON CONFLICT DO NOTHING
"""

ALL = f"""
CREATE TEMP TABLE kept_all ON COMMIT DROP AS
SELECT metric_id, grain, first_day, cut, group_id, sum(lines)::bigint AS lines, sum(unknown)::bigint AS unknown, sum(total) AS total
FROM ({SUMS} UNION ALL {NO_LINES}) a(metric_id, grain, first_day, cut, group_id, lines, unknown, total)
GROUP BY metric_id, grain, first_day, cut, group_id
"""

FIRST = "SELECT min(day) FROM kept_calendar"

DIFFERENT = "(v.lines, v.unknown, v.total) IS DISTINCT FROM (a.lines, a.unknown, a.total)"
SAME_PLACE = "v.metric_id = a.metric_id AND v.grain = a.grain AND v.cut = a.cut AND v.first_day = a.first_day AND v.group_id = a.group_id"

REVISE = f"""
INSERT INTO kpis_revision (metric_id, grain, first_day, cut, group_id, old_lines, old_unknown, old_total,
                           new_lines, new_unknown, new_total, cause, at)
SELECT c.metric_id, c.grain, c.first_day, c.cut, c.group_id, c.old_lines, c.old_unknown, c.old_total,
       c.lines, c.unknown, c.total, %(cause)s, %(now)s
FROM (
    SELECT coalesce(a.metric_id, v.metric_id) AS metric_id, coalesce(a.grain, v.grain) AS grain,
           coalesce(a.first_day, v.first_day) AS first_day, coalesce(a.cut, v.cut) AS cut,
           coalesce(a.group_id, v.group_id) AS group_id, coalesce(a.lines, 0) AS lines, coalesce(a.unknown, 0) AS unknown,
           coalesce(a.total, 0) AS total, coalesce(v.lines, 0) AS old_lines, coalesce(v.unknown, 0) AS old_unknown,
           coalesce(v.total, 0) AS old_total
    FROM kept_all a FULL JOIN (SELECT * FROM kpis_keptvalue WHERE metric_id = ANY(%(metrics)s)) v ON {SAME_PLACE}
) c JOIN kpis_keptmetric m ON m.id = c.metric_id
WHERE (c.old_lines, c.old_unknown, c.old_total) <> (c.lines, c.unknown, c.total)
  AND (c.cut = 0 OR %(groups)s) AND {CLOSED} AND {WAS_KEPT}
"""

OUT = f"""
DELETE FROM kpis_keptvalue v
WHERE v.metric_id <> ALL(%(computed)s) AND NOT EXISTS (SELECT FROM kept_all a WHERE {SAME_PLACE})
"""
CHANGE = f"""
UPDATE kpis_keptvalue v SET lines = a.lines, unknown = a.unknown, total = a.total, problem = NULL, computed_at = %(now)s
FROM kept_all a WHERE {SAME_PLACE} AND {DIFFERENT}
"""
IN = f"""
INSERT INTO kpis_keptvalue (metric_id, grain, first_day, cut, group_id, lines, unknown, total, computed_at)
SELECT a.metric_id, a.grain, a.first_day, a.cut, a.group_id, a.lines, a.unknown, a.total, %(now)s
FROM kept_all a WHERE NOT EXISTS (SELECT FROM kpis_keptvalue v WHERE {SAME_PLACE})
"""


def first_day() -> date | None:
    """Since when anything counts. Its days are in `kept_calendar` from now on, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR)
        cursor.execute(FIRST)
        found: date | None = cursor.fetchone()[0]
    return found


def add_up(metrics: Sequence[int], today: date, since: date | None) -> None:
    """Every value of these metrics into `kept_all`, which is gone with the transaction. After `first_day`.

    The planner takes groups for many more than there are, and would sort all facts three times; hashed they take 160 bytes each.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL hash_mem_multiplier = 12")
        cursor.execute(PIECES)
        cursor.execute("SET LOCAL hash_mem_multiplier = DEFAULT")
        cursor.execute(ALL, {"metrics": list(metrics), "since": since, "today": today})
        cursor.execute("SET LOCAL enable_sort = DEFAULT; ANALYZE kept_all")


def replace(
    metrics: Sequence[int],
    computed: Sequence[int],
    now: datetime,
    *,
    cause: Cause | None,
    groups: bool,
    zone: str,
    window: object,
) -> int:
    """Put `kept_all` in the place of the kept values, where these differ; how many did. `cause`: revise those of closed periods."""
    values: dict[str, Any] = {
        "metrics": list(metrics),
        "computed": list(computed),
        "now": now,
        "cause": cause,
        "groups": groups,
        "zone": zone,
        "window": window,
    }
    changed = 0
    with hashed_joins(), connection.cursor() as cursor:
        if cause is not None:
            cursor.execute(REVISE, values)
        for statement in (OUT, CHANGE, IN):
            cursor.execute(statement, values)
            changed += cursor.rowcount
    return changed


def store_zeros(metrics: Sequence[int], since: date, today: date, now: datetime) -> None:
    """A row for every period from that day to this one, where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(ZEROS, {"metrics": list(metrics), "since": since, "today": today, "now": now})

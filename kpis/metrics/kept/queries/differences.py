"""By how much do values change where facts did? Grain: one row a value that changes. Reads `kept_both`, the old facts and the new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.unpivot import unpivot
from kpis.metrics.declaring import Subject
from kpis.metrics.kept.models import Cause
from kpis.metrics.kept.queries.facts import EXISTING

NET_TABLE = """
DROP TABLE IF EXISTS pg_temp.kept_net;
CREATE TEMP TABLE kept_net (metric_id int, day date, source_id int, campaign_id int, owner_id int, team_id int,
    lines bigint, unknown bigint, total numeric, cause smallint) ON COMMIT DROP
"""

NET = """
INSERT INTO kept_net
WITH was AS (SELECT DISTINCT subject_id, metric_id FROM kept_both WHERE NOT is_new)
SELECT metric_id, day, source_id, campaign_id, owner_id, team_id, sum(lines), sum(unknown), sum(total), max(cause)
FROM (
    SELECT b.metric_id, b.day, b.source_id, b.campaign_id, b.owner_id, b.team_id,
           sum(CASE WHEN b.is_new THEN b.lines ELSE -b.lines END) AS lines,
           sum(CASE WHEN b.is_new THEN b.unknown ELSE -b.unknown END) AS unknown,
           sum(CASE WHEN b.is_new THEN b.total ELSE -b.total END) AS total,
           max(CASE WHEN e.id IS NULL THEN {undone} WHEN why.cause > 0 THEN why.cause
                    WHEN was.subject_id IS NOT NULL THEN {correction} ELSE {late} END) AS cause
    FROM kept_both b
    LEFT JOIN {existing} e ON e.id = b.subject_id
    LEFT JOIN unnest(%(ids)s::bigint[], %(causes)s::smallint[]) AS why(id, cause) ON why.id = b.subject_id
    LEFT JOIN was ON was.subject_id = b.subject_id AND was.metric_id = b.metric_id
    WHERE b.waits_until IS NULL
    GROUP BY b.subject_id, b.metric_id, b.day, b.source_id, b.campaign_id, b.owner_id, b.team_id
    HAVING sum(CASE WHEN b.is_new THEN b.lines ELSE -b.lines END) <> 0
        OR sum(CASE WHEN b.is_new THEN b.unknown ELSE -b.unknown END) <> 0
        OR sum(CASE WHEN b.is_new THEN b.total ELSE -b.total END) <> 0
) n
GROUP BY metric_id, day, source_id, campaign_id, owner_id, team_id
"""

KNOW_BOTH = "ANALYZE kept_both"
"""The planner cannot know how many there are, and joins row by row."""

RIPE = """
WITH ripe AS (UPDATE kpis_keptfact SET waits_until = NULL WHERE waits_until <= %(now)s RETURNING *)
INSERT INTO kept_net
SELECT metric_id, day, source_id, campaign_id, owner_id, team_id, sum(lines), sum(unknown), sum(total), NULL
FROM ripe GROUP BY metric_id, day, source_id, campaign_id, owner_id, team_id
"""
"""What counts from now on was always to count: it revises nothing."""

WEEK, MONTH = "date_trunc('week', n.day)::date", "date_trunc('month', n.day)::date"
PLACES = (
    unpivot(
        [
            "0, n.day, 0, 0",
            f"1, {WEEK}, 0, 0",
            f"2, {MONTH}, 0, 0",
            "3, date_trunc('quarter', n.day)::date, 0, 0",
            "4, date_trunc('year', n.day)::date, 0, 0",
            *(
                f"{grain}, {first_day}, {cut}, n.{group}"
                for cut, group in enumerate(("source_id", "campaign_id", "owner_id", "team_id"), start=1)
                for grain, first_day in ((1, WEEK), (2, MONTH))
            ),
        ]
    )
    + " AS p(grain, first_day, cut, group_id)"
)

CHANGE = f"""
DROP TABLE IF EXISTS pg_temp.kept_change;
CREATE TEMP TABLE kept_change ON COMMIT DROP AS
SELECT n.metric_id, p.grain::smallint AS grain, p.first_day, p.cut::smallint AS cut, p.group_id,
       sum(n.lines)::bigint AS lines, sum(n.unknown)::bigint AS unknown, sum(n.total) AS total, max(n.cause) AS cause
FROM kept_net n CROSS JOIN LATERAL {PLACES}
GROUP BY n.metric_id, p.grain, p.first_day, p.cut, p.group_id
HAVING sum(n.lines) <> 0 OR sum(n.unknown) <> 0 OR sum(n.total) <> 0
"""

CLOSED = """(
    (c.first_day + CASE c.grain WHEN 0 THEN interval '1 day' WHEN 1 THEN interval '7 days' WHEN 2 THEN interval '1 month'
                                WHEN 3 THEN interval '3 months' ELSE interval '1 year' END + interval '7 days')
    AT TIME ZONE %(zone)s + CASE WHEN m.windowed THEN %(window)s ELSE interval '0' END <= %(now)s)"""
"""As `kpis.metrics.periods.Period.closes_at`."""

WAS_KEPT = """EXISTS (SELECT FROM kpis_keptvalue seen WHERE seen.metric_id = c.metric_id AND seen.grain = c.grain AND seen.cut = 0
    AND seen.first_day = c.first_day AND seen.group_id = 0)"""
"""Everything together has a value in every period that is kept. What was none before revises nothing."""

REVISE = f"""
INSERT INTO kpis_revision (metric_id, grain, first_day, cut, group_id, old_lines, old_unknown, old_total,
                           new_lines, new_unknown, new_total, cause, at)
SELECT c.metric_id, c.grain, c.first_day, c.cut, c.group_id, coalesce(v.lines, 0), coalesce(v.unknown, 0), coalesce(v.total, 0),
       coalesce(v.lines, 0) + c.lines, coalesce(v.unknown, 0) + c.unknown, coalesce(v.total, 0) + c.total, c.cause, %(now)s
FROM kept_change c JOIN kpis_keptmetric m ON m.id = c.metric_id
LEFT JOIN kpis_keptvalue v ON v.metric_id = c.metric_id AND v.grain = c.grain AND v.cut = c.cut
      AND v.first_day = c.first_day AND v.group_id = c.group_id
WHERE c.cause IS NOT NULL AND {CLOSED} AND {WAS_KEPT}
ORDER BY 1, 2, 3, 4, 5
"""

ADD = """
INSERT INTO kpis_keptvalue AS v (metric_id, grain, first_day, cut, group_id, lines, unknown, total, computed_at)
SELECT metric_id, grain, first_day, cut, group_id, lines, unknown, total, %(now)s FROM kept_change
ON CONFLICT (metric_id, grain, cut, first_day, group_id) DO UPDATE
SET lines = v.lines + excluded.lines, unknown = v.unknown + excluded.unknown, total = v.total + excluded.total,
    computed_at = excluded.computed_at
"""


def make_table() -> None:
    """An empty `kept_net`, gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(NET_TABLE)


def note_differences(subject: Subject, causes: Mapping[int, int]) -> None:
    """Into `kept_net` what counts more or less than before."""
    text = sql.SQL(NET).format(
        existing=sql.Identifier(EXISTING[subject]),
        undone=sql.Literal(Cause.UNDONE.value),
        correction=sql.Literal(Cause.CORRECTION.value),
        late=sql.Literal(Cause.LATE.value),
    )
    with connection.cursor() as cursor:
        cursor.execute(KNOW_BOTH)
        cursor.execute(text, {"ids": list(causes), "causes": list(causes.values())})


def note_ripe(now: datetime) -> int:
    """Into `kept_net` what waited until now; how many days of metrics."""
    with connection.cursor() as cursor:
        cursor.execute(RIPE, {"now": now})
        return int(cursor.rowcount)


def earliest() -> date | None:
    """The first day of `kept_net`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day) FROM kept_net WHERE lines > 0")
        found: date | None = cursor.fetchone()[0]
    return found


def apply(now: datetime, *, zone: str, window: object) -> int:
    """Add `kept_net` to the values, and revise those of closed periods; how many changed."""
    values: dict[str, Any] = {"now": now, "zone": zone, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(CHANGE)
        cursor.execute(REVISE, values)
        cursor.execute(ADD, values)
        return int(cursor.rowcount)

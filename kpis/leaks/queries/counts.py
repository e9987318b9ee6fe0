"""How many leaks are open at an instant? From counts by day, which change by difference whenever a leak does.

Grain: one row a kind and side (reading), one a kind, side and day in UTC (`kpis_leakcount`). Clock: since ≤ t < until, of what is kept.
What opened or closed on the day of the instant itself is looked up. Index: leak_by_since, leak_by_until.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from alignment.unpivot import unpivot

OPEN = """
WITH asked AS (
    SELECT n, at, date_trunc('day', at AT TIME ZONE 'UTC') AS day FROM unnest(%(moments)s::timestamptz[]) WITH ORDINALITY AS a(at, n)
),
parts AS (
    SELECT a.n, c.kind, c.side, sum(c.opened - c.closed) AS leaks
    FROM asked a JOIN kpis_leakcount c ON c.day < a.day::date GROUP BY a.n, c.kind, c.side
    UNION ALL
    SELECT a.n, k.kind, k.side, count(*)
    FROM asked a JOIN kpis_leak k ON k.since >= a.day AT TIME ZONE 'UTC' AND k.since <= a.at GROUP BY a.n, k.kind, k.side
    UNION ALL
    SELECT a.n, k.kind, k.side, -count(*)
    FROM asked a JOIN kpis_leak k ON k.until >= a.day AT TIME ZONE 'UTC' AND k.until <= a.at GROUP BY a.n, k.kind, k.side
)
SELECT n, kind, side, sum(leaks)::bigint FROM parts GROUP BY n, kind, side HAVING sum(leaks) <> 0
"""

ENDS = unpivot(["since, 1, 0", "until, 0, 1"])
"""A leak opens, and closes."""

FRESH = f"""
DROP TABLE IF EXISTS pg_temp.fresh_leakcount;
CREATE TEMP TABLE fresh_leakcount ON COMMIT DROP AS
SELECT kind, side, (s.at AT TIME ZONE 'UTC')::date AS day, sum(s.opened)::bigint AS opened, sum(s.closed)::bigint AS closed
FROM kpis_leak CROSS JOIN LATERAL {ENDS} AS s(at, opened, closed)
WHERE s.at IS NOT NULL
GROUP BY 1, 2, 3
"""

DIFFERING = """
DELETE FROM kpis_leakcount c
WHERE NOT EXISTS (
    SELECT FROM fresh_leakcount f WHERE (f.kind, f.side, f.day, f.opened, f.closed) = (c.kind, c.side, c.day, c.opened, c.closed));
INSERT INTO kpis_leakcount (kind, side, day, opened, closed)
SELECT kind, side, day, opened, closed FROM fresh_leakcount f
WHERE NOT EXISTS (SELECT FROM kpis_leakcount c WHERE (c.kind, c.side, c.day) = (f.kind, f.side, f.day))
ORDER BY kind, side, day
"""

Open = dict[tuple[str, str], int]


def read_open(moments: Sequence[datetime]) -> list[Open]:
    """By (kind, side), for each of the instants; only those there are any of."""
    found: list[Open] = [{} for _ in moments]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"moments": list(moments)})
        for n, kind, side, leaks in cursor.fetchall():
            found[n - 1][kind, side] = leaks
    return found


def recount() -> None:
    """Count all leaks that are kept, and write what differs. The caller holds the turn of recomputing, in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(FRESH)
        cursor.execute(DIFFERING)

"""How long does it take to win a lead, and which leads were won in a span?

Grain: one row in all; one id a lead. Clock: won by `end`, as known now. Test leads and merged ones do not count; erased ones count
for the time to win, but cannot be judged. The percentile is of type 7 over microseconds, in whole numbers, rounded half up to
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from leads.definitions.backtesting.queries.journeys import Journeys, journeys
from leads.definitions.backtesting.queries.sampling import IN_SAMPLE
from leads.funnel.stage_sets import StageSet

TIMES = """
{ctes} times AS (
    SELECT (extract(epoch FROM {won} - {began}) * 1000000)::bigint AS micros
    FROM {table} p JOIN leads_lead l ON l.id = p.lead_id
    WHERE {won} <= %(end)s AND NOT l.is_test AND l.merged_into_id IS NULL
),
ranked AS (SELECT micros, row_number() OVER (ORDER BY micros) - 1 AS rank, count(*) OVER () AS n FROM times)
SELECT n, array_agg(micros ORDER BY rank) FROM ranked WHERE rank BETWEEN 9 * (n - 1) / 10 AND 9 * (n - 1) / 10 + 1 GROUP BY n
"""

WON = f"""
{{ctes}} won AS (
    SELECT l.id, l.erased_at IS NOT NULL AS erased
    FROM {{table}} p JOIN leads_lead l ON l.id = p.lead_id
    WHERE {{won}} >= %(start)s AND {{won}} < %(end)s AND NOT l.is_test AND l.merged_into_id IS NULL AND {IN_SAMPLE}
)
SELECT id, erased FROM won ORDER BY id
"""


@dataclass(frozen=True)
class Horizon:
    """How long one must wait to tell whether a lead is won: the time within which nine of ten won leads were won, None while
    nothing was won. `leads`: of how many.
    """

    seconds: int | None
    leads: int


def horizon(stages: StageSet, end: datetime) -> Horizon:
    """Over the leads won by then."""
    rows = _rows(TIMES, journeys(stages), {"end": end})
    if not rows:
        return Horizon(None, 0)
    leads, around = rows[0]
    tenths = 9 * (leads - 1) % 10
    exact = around[0] * (10 - tenths) + around[-1] * tenths
    return Horizon((exact + 5_000_000) // 10_000_000, leads)


def won_in(stages: StageSet, start: datetime, end: datetime, per_million: int | None) -> tuple[list[int], int]:
    """Ids of the leads won in [start, end) that can be judged, and how many cannot, having been erased."""
    rows = _rows(WON, journeys(stages), {"start": start, "end": end, "per_million": per_million})
    return [row[0] for row in rows if not row[1]], sum(row[1] for row in rows)


def _rows(text: str, ways: Journeys, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    parts = {"ctes": ways.ctes, "table": ways.table, "won": ways.won, "began": ways.began}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(**parts), {**ways.values, **values})
        return list(cursor.fetchall())

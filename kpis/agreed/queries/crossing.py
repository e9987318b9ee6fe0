"""When did the sum of a metric's lines first reach a threshold?

Grain: one instant, or none. Clock: a line counts from the later of `at` and `counts_from`; what happened at one instant is added at
once. Read by `kpis.agreed.milestones`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Summed
from kpis.reports.params import ReportParams

CROSSED = """
{ctes} lines AS ({select}),
counted AS (
    SELECT greatest(at, counts_from) AS moment, value FROM lines
    WHERE measure = %(crossed_measure)s AND value IS NOT NULL AND at <= %(crossed_as_of)s AND counts_from <= %(crossed_as_of)s
),
running AS (SELECT moment, sum(value) OVER (ORDER BY moment) AS total FROM counted)
SELECT min(moment) FROM running WHERE total >= %(crossed_threshold)s
"""


def first_at(metric: Summed, params: ReportParams, threshold: Decimal) -> datetime | None:
    """The instant, of the lines in [start, end) that are known; None where the sum never got there."""
    statement = metric.family.lines(Asked(params, None, measures=frozenset([metric.key])))
    text = sql.SQL(CROSSED).format(ctes=statement.ctes, select=statement.select)
    values = {
        **statement.values,
        "crossed_measure": metric.key,
        "crossed_as_of": params.as_of,
        "crossed_threshold": threshold,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        row = cursor.fetchone()
    return row[0] if row else None

"""How do the values of a metric's lines scatter? Their number, mean and standard deviation.

Grain: one row. Clock: as the metric's. Read by `kpis.agreed.rates` for the average deal.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Summed
from kpis.reports.params import ReportParams

SPREAD = """
{ctes} lines AS ({select})
SELECT count(value), avg(value)::float8, stddev_samp(value)::float8 FROM lines
WHERE measure = %(spread_measure)s AND at <= %(spread_as_of)s AND counts_from <= %(spread_as_of)s
"""


@dataclass(frozen=True)
class Spread:
    """`mean` None: there is no line; `deviation` None: there are fewer than two."""

    n: int
    mean: float | None
    deviation: float | None


def spread_of(metric: Summed, params: ReportParams) -> Spread:
    """Of the lines whose value is known."""
    statement = metric.family.lines(Asked(params, None, measures=frozenset([metric.key])))
    text = sql.SQL(SPREAD).format(ctes=statement.ctes, select=statement.select)
    values = {**statement.values, "spread_measure": metric.key, "spread_as_of": params.as_of}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return Spread(*cursor.fetchone())

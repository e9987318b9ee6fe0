"""What did a summed metric come to on each day?

Grain: one row a measure and day of the zone with a line. Clock: `at` and `counts_from` ≤ as_of, by the family's own statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family

DAYS = """
{ctes} lines AS ({select})
SELECT measure, (at AT TIME ZONE %(days_zone)s)::date, count(*) - count(value), coalesce(sum(value), 0)::float8,
       max(counts_from - at)
FROM lines
WHERE at <= %(days_as_of)s AND counts_from <= %(days_as_of)s AND measure = ANY(%(days_measures)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class DaySum:
    """One day of a measure; `unknown` lines have no value, `waits` is how long the latest took until it counted."""

    measure: str
    day: date
    unknown: int
    total: float
    waits: timedelta


def read_days(family: Family, asked: Asked, measures: list[str]) -> list[DaySum]:
    """Days with a line, in order."""
    lines = family.lines(asked)
    statement = sql.SQL(DAYS).format(ctes=lines.ctes, select=lines.select)
    values = {
        **lines.values,
        "days_zone": asked.params.zone.key,
        "days_as_of": asked.params.as_of,
        "days_measures": measures,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [DaySum(*row) for row in cursor.fetchall()]

"""Which rates are missing? Grain: one row a currency with a line that has no value, and the first of its days."""

from __future__ import annotations

from datetime import date
from itertools import islice

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import reporting_zone
from kpis.metrics.declaring import Statement

MISSING = """
{ctes} lines AS ({select})
SELECT s.currency, min((f.at AT TIME ZONE %(missing_zone)s)::date), count(*) FROM lines f JOIN {table} s ON s.id = f.subject_id
WHERE f.value IS NULL AND f.measure = %(missing_measure)s AND f.at <= %(as_of)s AND f.counts_from <= %(as_of)s
GROUP BY s.currency ORDER BY s.currency
"""
TOLD = 3


def missing_rates(statement: Statement, table: str, measure: str) -> list[tuple[str, date, int]]:
    """By currency the first day without a rate, and how many lines lack one."""
    text = sql.SQL(MISSING).format(ctes=statement.ctes, select=statement.select, table=sql.Identifier(table))
    values = {**statement.values, "missing_measure": measure, "missing_zone": reporting_zone().key}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def sentence(missing: list[tuple[str, date, int]]) -> str:
    """What is missing, and what to do."""
    said = [f"{currency} on or before {day:%Y-%m-%d}" for currency, day, _lines in islice(missing, TOLD)]
    more = f" and {len(missing) - TOLD} more currencies" if len(missing) > TOLD else ""
    return f"There is no rate for {', '.join(said)}{more}. Import rates, then ask again."

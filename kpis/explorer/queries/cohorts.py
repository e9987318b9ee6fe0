"""Of each month's leads, how many had reached each stage after so many months?

Grain: one row a group (its month among the cuts), with a run of columns for each forward stage after the start stage. Clock: see
`kpis.reports.cohorts`; a month of age is 30 × 24 h, so that every figure is the funnel's with a window of so many days. Reads one
row of `leads_progress` a lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import cohort
from kpis.reports.params import ReportParams

AGE_DAYS = 30
AGES = range(1, 13)

COHORTS = """
{ctes}
SELECT ARRAY[{cuts}]::text[], count(*){columns} FROM cohort GROUP BY {group} ORDER BY {group}
"""
BY_THEN = ", count(*) FILTER (WHERE reached[{k}] <= %(as_of)s AND reached[{k}] - anchor <= {age})"


@dataclass(frozen=True)
class Month:
    """One group: its leads, and for each stage after the start how many had reached it at each age."""

    group: tuple[str | None, ...]
    leads: int
    reached: tuple[tuple[int, ...], ...]


def read_cohorts(params: ReportParams, user: Somebody | None) -> list[Month]:
    """The groups that have a lead."""
    people = cohort(params, user)
    names = sql.SQL(", ").join(map(sql.Identifier, people.columns))
    ordinals = range(params.stages.ordinal(params.start_stage) + 1, len(params.stages.forward) + 1)
    columns = sql.Composed(
        sql.SQL(BY_THEN).format(k=sql.Literal(k), age=sql.Literal(timedelta(days=AGE_DAYS * age)))
        for k in ordinals
        for age in AGES
    )
    statement = sql.SQL(COHORTS).format(ctes=people.ctes, cuts=names, columns=columns, group=names)
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        rows = cursor.fetchall()
    return [Month(tuple(cuts), leads, tuple(_runs(counts, len(ordinals)))) for cuts, leads, *counts in rows]


def _runs(counts: list[int], stages: int) -> list[tuple[int, ...]]:
    return [tuple(counts[len(AGES) * n : len(AGES) * (n + 1)]) for n in range(stages)]

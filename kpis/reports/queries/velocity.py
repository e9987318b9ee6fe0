"""How long does each step take, those still waiting included?

Grain: one row a group and step, with the times of those who made it and of those who wait. Clock: see `kpis.reports.cohorts`.
Kaplan–Meier (Kaplan and Meier 1958) of T = reached(k) − reached(k−1): an event where k was reached by as_of, else censored at
as_of; at equal times events come first. S is a product of (1 − d/r) over the distinct times, taken in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import cohort
from kpis.reports.each_cut import by_cut, one_by_one, together
from kpis.reports.params import ReportParams
from kpis.reports.percentiles import whole_numbers
from kpis.reports.survival import Survival, survival

AT_RISK = """
{ctes},
at_risk AS (
    SELECT {cuts} AS cuts, k,
           kpis_microseconds(reached[k - 1], CASE WHEN reached[k] <= %(as_of)s THEN reached[k] ELSE %(as_of)s END) AS t,
           reached[k] <= %(as_of)s AS moved
    FROM cohort CROSS JOIN generate_series(%(first)s + 1, %(last)s) AS k{each}
    WHERE reached[k - 1] <= %(as_of)s
)"""

CURVE = (
    AT_RISK
    + """,
times AS (
    SELECT cuts, k, t, count(*) FILTER (WHERE moved) AS events, count(*) AS leaving FROM at_risk GROUP BY cuts, k, t
),
risks AS (
    SELECT cuts, k, t, events, leaving, sum(leaving) OVER (PARTITION BY cuts, k ORDER BY t DESC) AS risk FROM times
),
curve AS (
    SELECT cuts, k, t, events, leaving, risk,
           CASE WHEN bool_or(events = risk) OVER so_far THEN 0
                ELSE exp(sum(CASE WHEN events < risk THEN ln(1 - events / risk::double precision) ELSE 0 END) OVER so_far) END AS s
    FROM risks
    WINDOW so_far AS (PARTITION BY cuts, k ORDER BY t)
)"""
)
"""One row a group, step and time at which somebody made the step or was waited for no longer."""

TIMES = (
    AT_RISK
    + """
SELECT cuts, k, string_agg(int8send(t), '') FILTER (WHERE moved), string_agg(int8send(t), '') FILTER (WHERE moved IS NOT TRUE)
FROM at_risk GROUP BY cuts, k
"""
)
"""In no order: a group's times are sorted as plain numbers, not beside its name."""


def read_survival(params: ReportParams, user: Somebody | None) -> dict[tuple[tuple[str | None, ...], int], Survival]:
    """By group and ordinal of the stage that the step leads to."""
    return {(tuple(cuts), place): found for cuts, (place, found) in _survivals(params, user, together)}


def read_every_survival(
    params: ReportParams, user: Somebody | None
) -> dict[tuple[str, ...], dict[tuple[tuple[str | None, ...], int], Survival]]:
    """The same by each of the cuts and by none."""
    told = by_cut(params.by, _survivals(params, user, one_by_one))
    return {by: {(group, place): found for group, (place, found) in rows} for by, rows in told.items()}


def _survivals(
    params: ReportParams, user: Somebody | None, grouped: Callable[[Sequence[str]], dict[str, sql.Composable]]
) -> Iterator[tuple[Sequence[str | None], tuple[int, Survival]]]:
    people = cohort(params, user)
    first = params.stages.ordinal(params.start_stage)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(TIMES).format(ctes=people.ctes, **grouped(people.columns)),
            {**people.values, "first": first, "last": len(params.stages.forward)},
        )
        for cuts, place, made, waiting in cursor:
            yield cuts, (place, survival(whole_numbers(made), whole_numbers(waiting)))

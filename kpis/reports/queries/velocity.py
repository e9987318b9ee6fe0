"""How long does each step take, those still waiting included?

Grain: one row a group and step, with the times of those who made it and of those who wait. Clock: see `kpis.reports.cohorts`.
Kaplan–Meier (Kaplan and Meier 1958) of T = reached(k) − reached(k−1): an event where k was reached by as_of, else censored at
as_of; at equal times events come first. S is a product of (1 − d/r) over the distinct times, taken in double precision; 1e-12 is
allowed for in S ≤ ½.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import cohort
from kpis.reports.each_cut import by_cut, one_by_one, together
from kpis.reports.params import ReportParams

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
SELECT cuts, k, array_agg(t) FILTER (WHERE moved), array_agg(t) FILTER (WHERE moved IS NOT TRUE) FROM at_risk GROUP BY cuts, k
"""
)
"""In no order: a group's times are sorted as plain numbers, not beside its name."""

DAY = 86_400_000_000


@dataclass(frozen=True)
class Survival:
    """Kaplan–Meier of one step: leads at risk, steps made, the median in seconds (None if never), and 1 − S at three ages."""

    n: int
    events: int
    median_seconds: int | None
    reached_30d: float | None
    reached_90d: float | None
    reached_180d: float | None


NOBODY = Survival(0, 0, None, None, None, None)


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
            yield cuts, (place, _survival(made or [], waiting or []))


def _survival(made: Sequence[int], waiting: Sequence[int]) -> Survival:
    """Of the microseconds until the step was made, and of those for which somebody waited until as_of."""
    times, leaving = np.unique(np.array([*made, *waiting], dtype=np.int64), return_counts=True)
    events = np.bincount(np.searchsorted(times, np.array(made, dtype=np.int64)), minlength=len(times))
    risk = leaving[::-1].cumsum()[::-1]
    everybody = np.logical_or.accumulate(events == risk)
    s = np.where(everybody, 0.0, np.exp(np.log(1 - np.where(events < risk, events / risk, 0.0)).cumsum()))
    half = times[s <= 0.5 + 1e-12]
    return Survival(
        n=len(made) + len(waiting),
        events=len(made),
        median_seconds=(int(half[0]) + 500_000) // 1_000_000 if len(half) else None,
        **{f"reached_{days}d": 1 - float(s[times <= days * DAY].min(initial=1.0)) for days in (30, 90, 180)},
    )

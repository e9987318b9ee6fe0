"""What does the survival curve of each step look like, level by level?

Grain: one row a group, step and time at which somebody made the step, and one for the time at which watching ended; of a curve with
more than 400 times of steps every so many, each exact. Clock and S: see `kpis.reports.queries.velocity`. The band is the log–log
one over Greenwood's variance (Kalbfleisch and Prentice 2002, 1.4): exp(−exp(ln(−ln S) ± z √V / ln S)); none where S is 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import cohort
from kpis.reports.each_cut import together
from kpis.reports.params import ReportParams
from kpis.reports.queries.velocity import CURVE

MOST_POINTS = 400
Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

LEVELS = (
    CURVE
    + """,
levels AS (
    SELECT cuts, k, t, s, risk, events,
           sum(events) OVER so_far AS made,
           sum(CASE WHEN events < risk THEN events / (risk * (risk - events))::double precision END) OVER so_far AS variance,
           count(*) FILTER (WHERE events > 0) OVER so_far AS nth,
           count(*) FILTER (WHERE events > 0) OVER whole AS times,
           t = max(t) OVER whole AS last
    FROM curve
    WINDOW so_far AS (PARTITION BY cuts, k ORDER BY t), whole AS (PARTITION BY cuts, k)
),
bands AS (
    SELECT *, %(z)s * sqrt(variance) / ln(inner_s) AS width, ln(-ln(inner_s)) AS middle
    FROM (SELECT *, CASE WHEN s > 0 AND s < 1 THEN s END AS inner_s FROM levels) AS levels
    WHERE last OR events > 0 AND (nth = times OR (nth - 1) %% ceil(times / %(most)s::numeric) = 0)
)
SELECT cuts, k, kpis_seconds(t), risk::bigint, made::bigint, s, exp(-exp(middle - width)), exp(-exp(middle + width))
FROM bands ORDER BY cuts, k, t
"""
)


@dataclass(frozen=True)
class Level:
    """From `seconds` on, `survival` of those at risk had not made the step; just before it `at_risk` were waiting; `made` had by then."""

    seconds: int
    at_risk: int
    made: int
    survival: float
    low: float | None
    high: float | None


def read_levels(params: ReportParams, user: Somebody | None) -> dict[tuple[tuple[str | None, ...], int], list[Level]]:
    """By group and ordinal of the stage that the step leads to, in order of time; of `params.to_stage` only where one is asked for."""
    people = cohort(params, user)
    stages = params.stages
    first = stages.ordinal(params.to_stage) - 1 if params.to_stage else stages.ordinal(params.start_stage)
    last = stages.ordinal(params.to_stage) if params.to_stage else len(stages.forward)
    statement = sql.SQL(LEVELS).format(ctes=people.ctes, **together(people.columns))
    found: dict[tuple[tuple[str | None, ...], int], list[Level]] = {}
    with connection.cursor() as cursor:
        values = {**people.values, "first": max(first, 1), "last": last, "z": Z, "most": MOST_POINTS}
        cursor.execute(statement, values)
        for cuts, k, *level in cursor.fetchall():
            found.setdefault((tuple(cuts), k), []).append(Level(*level))
    return found

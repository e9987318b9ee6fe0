"""What became of the leads that somebody brought? By campaign or source: how many came how far, came back, were lost.

Grain: one row a value of the cut. Clock: `at` ≤ as_of, the log as known. Every count is one of `kpis.reports.behind.MEASURES`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.behind import LOST, RETURNED
from kpis.reports.cohorts import cohort
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot

OUTCOMES = """
{ctes}
SELECT {cut}, count(*), count(*) FILTER (WHERE {returned}), count(*) FILTER (WHERE {lost}), ARRAY[{reached}]
FROM cohort GROUP BY {cut} ORDER BY count(*) DESC, {cut}
"""


@dataclass(frozen=True)
class Outcome:
    """The leads of one campaign or source: `reached` has a count for each forward stage from the start stage on."""

    value: str | None
    entered: int
    returned: int
    lost: int
    reached: tuple[int, ...]


@one_snapshot()
def outcomes(params: ReportParams, user: Somebody) -> list[Outcome]:
    """Outcomes by the first cut of `params`, the largest first."""
    people = cohort(params, user)
    first = params.stages.ordinal(params.start_stage)
    counts = [
        sql.SQL("count(*) FILTER (WHERE reached[{}] <= %(as_of)s)").format(sql.Literal(k))
        for k in range(first, len(params.stages.forward) + 1)
    ]
    statement = sql.SQL(OUTCOMES).format(
        ctes=people.ctes,
        cut=sql.Identifier(people.columns[0]),
        returned=sql.SQL(RETURNED).format(stays=people.stays),
        lost=sql.SQL(LOST).format(stays=people.stays),
        reached=sql.SQL(", ").join(counts),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        return [Outcome(value, n, back, lost, tuple(reached)) for value, n, back, lost, reached in cursor.fetchall()]

"""What became of the leads that somebody brought? By source and by campaign: how many came how far, came back, were lost.

Grain: one row a cut and its value. Clock: `at` ≤ as_of, the log as known. Every count is one of `kpis.reports.behind.MEASURES`.
Asked by the page of one's leads. Indexes: cohort_place_by_day, stay_order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.behind import LOST, RETURNED
from kpis.reports.cohorts import cohort
from kpis.reports.params import ReportParams
from kpis.reports.placed import placed
from kpis.snapshot import one_snapshot

CUTS = ("source", "campaign")

OUTCOMES = """
{ctes},
people AS MATERIALIZED (SELECT lead_id, anchor, {furthest} AS furthest, cut_1, cut_2 FROM cohort),
back AS (SELECT lead_id, true AS came_back FROM people AS cohort WHERE {returned}),
gone AS (SELECT lead_id, true AS is_lost FROM people AS cohort WHERE {lost})
SELECT GROUPING(cut_1), CASE GROUPING(cut_1) WHEN 0 THEN cut_1 ELSE cut_2 END, count(*), count(came_back), count(is_lost), ARRAY[{reached}]
FROM people LEFT JOIN back USING (lead_id) LEFT JOIN gone USING (lead_id)
GROUP BY GROUPING SETS ((cut_1), (cut_2)) ORDER BY 1, 3 DESC, 2
"""


@dataclass(frozen=True)
class Outcome:
    """The leads of one campaign or source: `reached` has a count for each forward stage from the start stage on."""

    value: str | None
    entered: int
    returned: int
    lost: int
    reached: Sequence[int]


@one_snapshot()
def outcomes(params: ReportParams, user: Somebody | None) -> Mapping[str, list[Outcome]]:
    """Outcomes by each of `CUTS`, the largest first."""
    first, stages = params.stages.ordinal(params.start_stage), len(params.stages.forward)
    ctes, stays, furthest, values = _people(replace(params, by=CUTS), user)
    statement = sql.SQL(OUTCOMES).format(
        ctes=ctes,
        furthest=furthest,
        returned=sql.SQL(RETURNED).format(stays=stays),
        lost=sql.SQL(LOST).format(stays=stays),
        reached=sql.SQL(", ").join(
            sql.SQL("count(*) FILTER (WHERE furthest >= {})").format(sql.Literal(k)) for k in range(first, stages + 1)
        ),
    )
    found: dict[str, list[Outcome]] = {cut: [] for cut in CUTS}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for cut, *row in cursor.fetchall():
            found[CUTS[cut]].append(Outcome(*row))
    return found


def _people(
    params: ReportParams, user: Somebody | None
) -> tuple[sql.Composable, sql.Composable, sql.Composable, dict[str, Any]]:
    """The cohort, the table of its changes, how far each lead of it came, and the values: as kept, else read from logs."""
    if kept := placed(params, user):
        return kept.cte, sql.SQL("leads_stay"), sql.SQL("furthest"), kept.values
    people = cohort(params, user)
    came = sql.SQL("(reached[{}] <= %(as_of)s)::int")
    ordinals = range(1, len(params.stages.forward) + 1)
    furthest = sql.SQL(" + ").join(sql.SQL("coalesce({}, 0)").format(came.format(sql.Literal(k))) for k in ordinals)
    return people.ctes, people.stays, furthest, people.values

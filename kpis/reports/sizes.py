"""How large is a cohort, in all and by the first cut? For figures that need no percentiles.

Grain: one row a value of the cut. Clock: as in `kpis.reports.cohorts`. What the cells have counted beforehand is read from
there while no lead waits for recomputing; the answer is the same.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody, reporting_zone
from alignment.timezones import start_of_day
from kpis import cells
from kpis.reports.cohorts import cohort
from kpis.reports.kept import reads_kept
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot
from leads.records.visibility import sight_of

SIZES = "{ctes} SELECT {cut}, count(*) FROM cohort GROUP BY {cut} ORDER BY {cut}"


@one_snapshot()
def sizes(params: ReportParams, user: Somebody | None) -> dict[str | None, int]:
    """How many leads of the cohort fall into each value of the first cut; only values there are any of."""
    if _is_counted(params, user) and reads_kept(params.stages, params.known_at) and cells.are_fresh():
        first, end = (moment.astimezone(params.zone).date() for moment in (params.start, params.end))
        return cells.arrivals_by_month(first, end)
    people = cohort(params, user)
    statement = sql.SQL(SIZES).format(ctes=people.ctes, cut=sql.Identifier(people.columns[0]))
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        return dict(cursor.fetchall())


def _is_counted(params: ReportParams, user: Somebody | None) -> bool:
    """Whether the question is the one that cells answer: everybody's arrivals by month, whole days, as they are now."""
    whole_days = all(
        start_of_day(m.astimezone(params.zone).date(), params.zone) == m for m in (params.start, params.end)
    )
    return (
        params.by == ("month",)
        and params.start_stage == params.stages.forward[0].key
        and params.zone == reporting_zone()
        and (params.known_at, params.system, params.where) == (None, None, ())
        and params.as_of == params.computed_at
        and whole_days
        and sight_of(user).everything
    )

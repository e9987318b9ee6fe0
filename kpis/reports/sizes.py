"""How large is a cohort by the first cut? For figures that need no percentiles.

Grain: one row a value of the cut. Clock: as in `kpis.reports.cohorts`; of what the cells have counted beforehand, as of then.
"""

from __future__ import annotations

from collections import Counter

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import cohort
from kpis.reports.counted import counted_funnel
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot

SIZES = "{ctes} SELECT {cut}, count(*) FROM cohort GROUP BY {cut} ORDER BY {cut}"


@one_snapshot()
def sizes(params: ReportParams, user: Somebody | None) -> dict[str | None, int]:
    """How many leads of the cohort fall into each value of the first cut; only values there are any of."""
    counted = counted_funnel(params, user)
    if counted is not None:
        found: Counter[str | None] = Counter()
        for figures in counted:
            found[figures.group[0]] += figures.entered
        return dict(found)
    people = cohort(params, user)
    statement = sql.SQL(SIZES).format(ctes=people.ctes, cut=sql.Identifier(people.columns[0]))
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        return dict(cursor.fetchall())

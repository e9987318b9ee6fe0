"""What were deals worth that were won, or opened, by segment?

Grain: one row a segment and amount (with how often), in the reporting currency; a deal without an amount counts as 0, for it adds
nothing. Clock: those of the two years before the origin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.forecasts.queries.spells import SEGMENT
from kpis.metrics.declaring import Asked
from kpis.money.queries.deals import deal_lines
from kpis.reports.params import ReportParams

BACK = timedelta(days=730)

AMOUNTS = """
{ctes} {segments} lines AS ({select})
SELECT s.segment, CASE WHEN x.measure = %(amount)s THEN x.value ELSE 0 END AS worth, count(*)
FROM lines x LEFT JOIN segments s ON s.lead_id = x.lead_id
GROUP BY 1, 2 ORDER BY 1, 2
"""

WITHOUT = {"won_revenue": "won_without_amount", "pipeline_created": "opened_without_amount"}


@dataclass(frozen=True)
class Amounts:
    """So many deals of that worth; None: its worth is not known, for want of a rate."""

    segment: str | None
    amount: float | None
    n: int


def read_amounts(metric: str, params: ReportParams, user: Somebody | None) -> list[Amounts]:
    """The amounts that `metric` (won_revenue, pipeline_created) adds up."""
    past = replace(params, start=params.as_of - BACK, end=params.as_of + timedelta.resolution)
    lines = deal_lines(Asked(past, user, measures=frozenset((metric, WITHOUT[metric]))))
    statement = sql.SQL(AMOUNTS).format(ctes=lines.ctes, segments=sql.SQL(SEGMENT), select=lines.select)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**lines.values, "amount": metric})
        return [Amounts(segment, None if worth is None else float(worth), n) for segment, worth, n in cursor.fetchall()]

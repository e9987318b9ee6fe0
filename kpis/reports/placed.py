"""Which leads came in, and where did each stand then? The cohort of a question from one kept row a lead, without a look into logs.

Grain: one row a lead: `lead_id`, `anchor`, `furthest` (how many forward stages it has come by now, from the first) and `cut_1`, `cut_2`,
…. Clock: all that is known now; None where what is kept does not answer, or not exactly. Index: cohort_place_by_day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.queries.cells import BY_MONTH
from kpis.reports.cohorts import base_values
from kpis.reports.counted import are_placed, is_exact
from kpis.reports.params import ReportParams
from kpis.reports.queries.counted import NAMED

PLACED = """
WITH cohort AS MATERIALIZED (
    SELECT p.lead_id, p.anchor, p.furthest{columns}
    FROM kpis_cohortplace p
    {joins}
    WHERE p.start = %(start_ordinal)s AND p.day >= %(first_day)s AND p.day < %(end_day)s{conditions}
)
"""


@dataclass(frozen=True)
class Placed:
    """The CTE `cohort`, and the values for it."""

    cte: sql.Composable
    values: dict[str, Any]


def placed(params: ReportParams, user: Somebody | None) -> Placed | None:
    """The cohort of `params.start_stage` in [start, end), cut and narrowed by what is kept of where leads stood."""
    cuts = dict.fromkeys((*params.by, *(cut for cut, _value in params.where)))
    if not set(cuts) <= set(BY_MONTH) or not are_placed(params, user) or not is_exact(params):
        return None
    columns = [
        sql.SQL(", {} AS {}").format(_value(cut), sql.Identifier(f"cut_{n}")) for n, cut in enumerate(params.by, 1)
    ]
    conditions = [
        sql.SQL(" AND {} IS NOT DISTINCT FROM {}").format(_value(cut), sql.Placeholder(f"where_{n}"))
        for n, (cut, _asked) in enumerate(params.where)
    ]
    joins = [
        sql.SQL("LEFT JOIN {} {} ON {}.id = p.{}\n").format(
            sql.Identifier(NAMED[cut][0]), _alias(cut), _alias(cut), sql.Identifier(cut)
        )
        for cut in cuts
        if cut in NAMED
    ]
    values = {
        **base_values(params, user),
        "start_ordinal": params.stages.ordinal(params.start_stage),
        "first_day": params.start.astimezone(params.zone).date(),
        "end_day": params.end.astimezone(params.zone).date(),
        **{f"where_{n}": asked for n, (_cut, asked) in enumerate(params.where)},
    }
    parts = {"columns": columns, "joins": joins, "conditions": conditions}
    return Placed(sql.SQL(PLACED).format(**{name: sql.Composed(part) for name, part in parts.items()}), values)


def _value(cut: str) -> sql.Composable:
    """As reports tell it: a name, else what the place holds."""
    if cut not in NAMED:
        return sql.SQL("p.{}").format(sql.Identifier(cut))
    return sql.SQL(NAMED[cut][1]).format(_alias(cut))


def _alias(cut: str) -> sql.Identifier:
    return sql.Identifier(f"named_{cut}")

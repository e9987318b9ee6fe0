"""Which leads came in, and where did each stand then? The cohort of a question from one kept row a lead, without a look into logs.

Grain: one row a lead: `lead_id`, `anchor`, `furthest` (how many forward stages it has come by now, from the first) and `cut_1`, `cut_2`,
…; `reached` and `entered` beside them where times are asked for. Clock: all that is known now; None where what is kept does not
answer, or not exactly. Index: cohort_place_by_day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.queries.cells import BY_MONTH
from kpis.reports.cohorts import base_values
from kpis.reports.counted import are_placed, is_exact
from kpis.reports.params import ReportParams
from kpis.reports.queries.counted import NAMED
from kpis.reports.queries.times import Timed

PLACES = """
SELECT p.lead_id, p.anchor, p.furthest{columns}
FROM kpis_cohortplace p
{joins}
WHERE p.start = %(start_ordinal)s AND p.day >= %(first_day)s AND p.day < %(end_day)s{conditions}
"""

COHORT = "WITH cohort AS MATERIALIZED ({places})"

COHORT_WITH_PROGRESS = """
WITH places AS ({places}),
cohort AS (SELECT places.*, s.reached, s.entered FROM places JOIN leads_progress s ON s.lead_id = places.lead_id)
"""

PERIODS = {"month": "date_trunc('month', p.day::timestamp)", "week": "date_trunc('week', p.day::timestamp)"}
"""Of the day on which the cohort began: its first instant, which is told of each group, not of each lead."""

NAMES = {"month": "to_char({}, 'YYYY-MM')", "week": "to_char({}, 'IYYY-\"W\"IW')"}


@dataclass(frozen=True)
class Placed:
    """The statement's beginning, and the values for it."""

    cte: sql.Composable
    values: dict[str, Any]


def placed(params: ReportParams, user: Somebody | None) -> Placed | None:
    """The cohort of `params.start_stage` in [start, end), cut and narrowed by what is kept of where leads stood."""
    found = _places(params, user, BY_MONTH)
    return None if found is None else Placed(sql.SQL(COHORT).format(places=found.cte), found.values)


def timed(params: ReportParams, user: Somebody | None) -> Timed | None:
    """The same for times; cut by periods too."""
    found = _places(params, user, (*BY_MONTH, *PERIODS))
    if found is None:
        return None
    cuts = [f"cut_{n}" for n in range(1, len(params.by) + 1)]
    return Timed(
        sql.SQL(COHORT_WITH_PROGRESS).format(places=found.cte),
        cuts,
        [_named(by, sql.Identifier(cut)) for by, cut in zip(params.by, cuts, strict=True)],
        sql.SQL("furthest > %(start_ordinal)s"),
        "furthest >= {k}",
        found.values,
    )


def _places(params: ReportParams, user: Somebody | None, known: Sequence[str]) -> Placed | None:
    cuts = dict.fromkeys((*params.by, *(cut for cut, _value in params.where)))
    if not set(cuts) <= set(known) or not are_placed(params, user) or not is_exact(params):
        return None
    columns = [
        sql.SQL(", {} AS {}").format(_value(cut), sql.Identifier(f"cut_{n}")) for n, cut in enumerate(params.by, 1)
    ]
    conditions = [
        sql.SQL(" AND {} IS NOT DISTINCT FROM {}").format(_named(cut, _value(cut)), sql.Placeholder(f"where_{n}"))
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
    return Placed(sql.SQL(PLACES).format(**{name: sql.Composed(part) for name, part in parts.items()}), values)


def _named(cut: str, value: sql.Composable) -> sql.Composable:
    """A value as reports tell it."""
    return sql.SQL(NAMES[cut]).format(value) if cut in NAMES else value


def _value(cut: str) -> sql.Composable:
    """A name, else what the place holds; of a period its first instant."""
    if cut in PERIODS:
        return sql.SQL(PERIODS[cut])
    if cut not in NAMED:
        return sql.SQL("p.{}").format(sql.Identifier(cut))
    return sql.SQL(NAMED[cut][1]).format(_alias(cut))


def _alias(cut: str) -> sql.Identifier:
    return sql.Identifier(f"named_{cut}")

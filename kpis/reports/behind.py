"""Which leads, or which changes, are behind a figure? Every additive figure opens into a list of exactly its length.

A page of the list is found by key, so that the thousandth page costs as much as the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from kpis.reports.cohorts import COUNTED, base_values, changes, cohort, cut_parts
from kpis.reports.params import ReportParams
from kpis.reports.queries.times import BOTH
from kpis.snapshot import one_snapshot

REACHED = "reached[{k}] <= %(as_of)s"
IN_WINDOW = REACHED + " AND reached[{k}] - anchor <= %(window)s"
MATURE = "anchor + %(window)s <= %(as_of)s"

CAME_INTO = """EXISTS (
    SELECT FROM {{stays}} s JOIN leads_stage t ON t.key = s.stage AND t.version_id = %(version)s
    WHERE s.lead_id = cohort.lead_id AND s.at >= anchor AND s.at <= %(as_of)s AND t.category IN ({categories}))"""
RETURNED = CAME_INTO.format(categories="'recycled'")
LOST = CAME_INTO.format(categories="'lost', 'disqualified'")

MEASURES: dict[str, str] = {
    "entered": "true",
    "mature": MATURE,
    "reached": REACHED,
    "reached_in_window": IN_WINDOW,
    "mature_in_window": f"{IN_WINDOW} AND {MATURE}",
    "step_n": f"{REACHED} AND {BOTH}",
    "step_skipped": f"{REACHED} AND ({BOTH}) IS NOT TRUE",
    "waiting": "reached[{before}] <= %(as_of)s AND (reached[{k}] <= %(as_of)s) IS NOT TRUE",
    "returned": RETURNED,
    "lost": LOST,
}
"""What can be opened in funnel and velocity: `waiting` are the censored ones of Kaplan–Meier; `returned` went back to
marketing at any time since, `lost` were lost or disqualified at any time since."""

LEADS = """
{ctes}
SELECT lead_id, anchor FROM cohort
WHERE ({measure}) AND (%(after_at)s::timestamptz IS NULL OR (anchor, lead_id) > (%(after_at)s, %(after_id)s))
ORDER BY anchor, lead_id LIMIT %(limit)s
"""

COUNT = "{ctes} SELECT count(*) FROM cohort WHERE ({measure})"

CHANGES = """
{ctes} moves AS (
    SELECT s.{key} AS change_id, s.lead_id, s.at, s.from_stage, s.stage
    FROM {stays} s JOIN leads_lead l ON l.id = s.lead_id
    {joins}
    WHERE s.at >= %(start)s AND s.at < %(end)s AND s.at <= %(as_of)s AND {counted}{conditions}
      AND (%(entered)s::text IS NULL OR s.stage = %(entered)s) AND (%(left)s::text IS NULL OR s.from_stage = %(left)s)
)
SELECT change_id, lead_id, at, from_stage, stage FROM moves
WHERE %(after_at)s::timestamptz IS NULL OR (at, change_id) > (%(after_at)s, %(after_id)s)
ORDER BY at, change_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class After:
    """The last row of the page before."""

    at: datetime
    id: int


@dataclass(frozen=True)
class LeadBehind:
    """A lead behind a figure, with the instant at which it reached the start stage."""

    lead_id: int
    anchor: datetime

    @property
    def key(self) -> After:
        return After(self.anchor, self.lead_id)


@dataclass(frozen=True)
class ChangeBehind:
    """A change of stage behind a flow figure."""

    change_id: int
    lead_id: int
    at: datetime
    left: str | None
    entered: str

    @property
    def key(self) -> After:
        return After(self.at, self.change_id)


@one_snapshot()
def leads_behind(
    params: ReportParams,
    user: Somebody | None,
    *,
    measure: str,
    stage: str,
    after: After | None = None,
    limit: int = 50,
) -> list[LeadBehind]:
    """Leads behind `measure` of `stage` in a funnel or velocity report, earliest first; narrow groups with `params.where`."""
    statement, values = _leads(params, user, measure, stage, LEADS)
    return [LeadBehind(*row) for row in _fetch(statement, {**values, **_page(after, limit)})]


@one_snapshot()
def count_behind(params: ReportParams, user: Somebody | None, *, measure: str, stage: str) -> int:
    """How many leads the list has in all."""
    statement, values = _leads(params, user, measure, stage, COUNT)
    return int(_fetch(statement, values)[0][0])


@one_snapshot()
def changes_behind(
    params: ReportParams,
    user: Somebody | None,
    *,
    entered: str | None,
    left: str | None,
    after: After | None = None,
    limit: int = 50,
) -> list[ChangeBehind]:
    """Changes into `entered` and out of `left` (either may be open) in a flow report, earliest first."""
    for key in (entered, left):
        if key is not None and key not in params.stages.by_key:
            raise Refused("unknown_stage", f"“{key}” is not a stage; there are {', '.join(params.stages.by_key)}.")
    _columns, joins, conditions, values = cut_parts(params, sql.SQL("s.at"))
    log = changes(params)
    statement = sql.SQL(CHANGES).format(
        ctes=log.ctes,
        stays=log.table,
        joins=joins,
        conditions=conditions,
        counted=sql.SQL(COUNTED),
        key=log.key,
    )
    return [
        ChangeBehind(*row)
        for row in _fetch(
            statement, {**base_values(params, user), **values, **_page(after, limit), "entered": entered, "left": left}
        )
    ]


def _leads(
    params: ReportParams, user: Somebody | None, measure: str, stage: str, text: str
) -> tuple[sql.Composed, dict[str, Any]]:
    if measure not in MEASURES:
        raise Refused(
            "unknown_measure", f"“{measure}” is not a figure of this report; there are {', '.join(MEASURES)}."
        )
    if stage not in [terms.key for terms in params.stages.forward]:
        raise Refused("unknown_stage", f"“{stage}” is not a forward stage.")
    ordinal = params.stages.ordinal(stage)
    people = cohort(params, user)
    condition = sql.SQL(MEASURES[measure]).format(
        k=sql.Literal(ordinal), before=sql.Literal(ordinal - 1), stays=people.stays
    )
    return sql.SQL(text).format(ctes=people.ctes, measure=condition), people.values


def _page(after: After | None, limit: int) -> dict[str, Any]:
    return {"after_at": after.at if after else None, "after_id": after.id if after else None, "limit": limit}


def _fetch(statement: sql.Composable, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())

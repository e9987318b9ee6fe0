"""Which ways did leads go in a period: from stage to stage, back from an offer, and out of offers that nobody decided?

Grain: one row a way. Clock: changes at their `at`, decisions and returns at theirs, in the period and ≤ as_of. A change that a
returned handoff made is told apart (`came_back`). Index: stay_by_at, handoff_order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.behind import After
from kpis.reports.cohorts import COUNTED, base_values, changes, cut_parts
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import cut_of, ground

MOVES = """
{ctes} moves AS (
    SELECT s.{key} AS id, s.lead_id, s.at, s.from_stage, s.stage, c.cause = 'return' AS came_back
    FROM {stays} s JOIN leads_lead l ON l.id = s.lead_id JOIN leads_stagechange c ON c.id = s.{key}
    {joins}
    WHERE s.at >= %(start)s AND s.at < %(end)s AND s.at <= %(as_of)s AND {counted}{conditions}
)
"""
BY_WAY = "SELECT from_stage, stage, came_back, count(*) FROM moves GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
OF_ONE_WAY = """
SELECT lead_id, at, id FROM moves
WHERE stage = %(entered)s AND came_back = %(came_back)s AND (%(came_back)s OR from_stage IS NOT DISTINCT FROM %(left)s)
"""

ENDINGS = """
{ctes},
told AS (SELECT id, state, decided_at, returned_at FROM facts),
closed AS (
    SELECT 'rejected' AS how, id, decided_at AS at FROM told WHERE state = 'rejected'
    UNION ALL SELECT 'expired', id, decided_at FROM told WHERE state = 'expired'
    UNION ALL SELECT 'returned', id, returned_at FROM told WHERE returned_at IS NOT NULL
),
endings AS (
    SELECT e.how, f.lead_id, e.at, f.id, coalesce(g.counts_as, g.key) AS stage
    FROM closed e JOIN leads_handoff f ON f.id = e.id JOIN leads_lead l ON l.id = f.lead_id
    JOIN leads_stage g ON g.version_id = %(version)s AND g.key = CASE WHEN e.how = 'returned' THEN f.to_stage ELSE f.from_stage END
    {joins}
    WHERE e.at >= %(start)s AND e.at < %(end)s AND e.at <= %(as_of)s{conditions}
)
"""
BY_ENDING = "SELECT how, stage, count(*) FROM endings GROUP BY 1, 2 ORDER BY 1, 2"
OF_ONE_ENDING = (
    "SELECT lead_id, at, id FROM endings WHERE stage = %(left)s AND (how = 'expired') = (%(entered)s = 'expired')"
)

PAGE = """
SELECT lead_id, at, id FROM ({rows}) t
WHERE %(after_at)s::timestamptz IS NULL OR (at, id) > (%(after_at)s, %(after_id)s)
ORDER BY at, id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Move:
    """So many changes from a stage (None: from nowhere) into another; `came_back`: because a handoff did."""

    left: str | None
    entered: str
    came_back: bool
    n: int


@dataclass(frozen=True)
class Ending:
    """So many handoffs that were `rejected`, `expired` or `returned`, by the stage that the lead was in."""

    how: str
    stage: str
    n: int


def read_ways(params: ReportParams, user: Somebody | None) -> list[Move]:
    """From stage to stage."""
    return [Move(*row) for row in _of_moves(params, user, sql.SQL(BY_WAY), {})]


def read_endings(params: ReportParams, user: Somebody | None) -> list[Ending]:
    """Out of offers."""
    return [Ending(*row) for row in _of_endings(params, user, sql.SQL(BY_ENDING), {})]


@dataclass(frozen=True)
class Behind:
    """The way whose rows are asked for, and the page of them."""

    left: str | None
    entered: str | None
    came_back: bool
    after: After | None
    limit: int

    def values(self) -> dict[str, Any]:
        return {
            "left": self.left, "entered": self.entered, "came_back": self.came_back, "limit": self.limit,
            "after_at": self.after.at if self.after else None, "after_id": self.after.id if self.after else None,
        }  # fmt: skip


def moves_behind(params: ReportParams, user: Somebody | None, behind: Behind) -> list[tuple[int, datetime, int]]:
    """(lead, when, id) of changes from `left` into `entered`, or with `came_back` those into it that a returned handoff made."""
    return _of_moves(params, user, sql.SQL(PAGE).format(rows=sql.SQL(OF_ONE_WAY)), behind.values())


def endings_behind(params: ReportParams, user: Somebody | None, behind: Behind) -> list[tuple[int, datetime, int]]:
    """(lead, when, id) of handoffs in stage `left` that expired (`entered` says so) or came back."""
    return _of_endings(params, user, sql.SQL(PAGE).format(rows=sql.SQL(OF_ONE_ENDING)), behind.values())


def _of_moves(
    params: ReportParams, user: Somebody | None, statement: sql.Composable, more: dict[str, Any]
) -> list[Any]:
    _columns, joins, conditions, values = cut_parts(params, sql.SQL("s.at"))
    log = changes(params)
    ctes = sql.SQL(MOVES).format(
        ctes=log.ctes, stays=log.table, key=log.key, joins=joins, counted=sql.SQL(COUNTED), conditions=conditions
    )
    with connection.cursor() as cursor:
        cursor.execute(ctes + statement, {**base_values(params, user), **values, **more})
        return list(cursor.fetchall())


def _of_endings(
    params: ReportParams, user: Somebody | None, statement: sql.Composable, more: dict[str, Any]
) -> list[Any]:
    _columns, joins, conditions, values = cut_parts(params, sql.SQL("f.offered_at"), cut_of("offered_at"))
    ctes = sql.SQL(ENDINGS).format(ctes=ground(params), joins=joins, conditions=conditions)
    with connection.cursor() as cursor:
        cursor.execute(ctes + statement, {**base_values(params, user), **values, "offered_before": params.end, **more})
        return list(cursor.fetchall())

"""Which changes of stage were there in a period, and in which group?

Grain: one row a group, stage left and stage entered. Clock: `at` in [start, end) and ≤ as_of; cuts take their value at
the change. Index: stay_by_at.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import COUNTED, base_values, changes, cut_parts
from kpis.reports.cuts import has_period
from kpis.reports.params import ReportParams

FLOW = """
{ctes} moves AS (
    SELECT s.from_stage, s.stage{columns}
    FROM {stays} s JOIN leads_lead l ON l.id = s.lead_id
    {joins}
    WHERE s.at >= %(start)s AND s.at < %(end)s AND s.at <= %(as_of)s AND {counted}{conditions}
)
SELECT ARRAY[{cuts}]::text[], from_stage, stage, count(*) FROM moves GROUP BY {group}from_stage, stage
"""

GROUPS = """
WITH here AS (
    SELECT true AS nothing{columns}
    FROM leads_lead l
    {joins}
    WHERE l.created_at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
      AND {counted}{conditions}
)
SELECT DISTINCT ARRAY[{cuts}]::text[] FROM here
"""


@dataclass(frozen=True)
class Move:
    """How many changes from one stage (None: from nowhere) into another, in one group."""

    group: tuple[str | None, ...]
    left: str | None
    entered: str
    count: int


def read_moves(params: ReportParams, user: Somebody | None) -> tuple[list[Move], set[tuple[str | None, ...]]]:
    """The changes, and every group that is to be shown."""
    columns, joins, conditions, values = cut_parts(params, sql.SQL("s.at"))
    log = changes(params)
    names = [sql.Identifier(f"cut_{n}") for n in range(1, len(params.by) + 1)]
    cuts = sql.SQL(", ").join(names)
    statement = sql.SQL(FLOW).format(
        ctes=log.ctes,
        stays=log.table,
        columns=columns,
        joins=joins,
        conditions=conditions,
        counted=sql.SQL(COUNTED),
        cuts=cuts,
        group=sql.Composed([cuts, sql.SQL(", ")]) if names else sql.SQL(""),
    )
    all_values = {**base_values(params, user), **values}
    with connection.cursor() as cursor:
        cursor.execute(statement, all_values)
        moves = [Move(tuple(row[0]), row[1], row[2], row[3]) for row in cursor.fetchall()]
        groups = {move.group for move in moves}
        if not params.by:
            groups.add(())
        elif not has_period(params.by):
            columns, joins, conditions, _values = cut_parts(params, sql.SQL("%(as_of)s"))
            cursor.execute(
                sql.SQL(GROUPS).format(
                    columns=columns, joins=joins, conditions=conditions, counted=sql.SQL(COUNTED), cuts=cuts
                ),
                all_values,
            )
            groups |= {tuple(row[0]) for row in cursor.fetchall()}
    return moves, groups

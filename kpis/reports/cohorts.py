"""Which leads is a report about, and into which groups do they fall? The beginning of every report's statement.

Grain: one row a lead of the cohort, with `reached`, `entered`, `anchor` (= reached at the start stage) and a column
`cut_1`, `cut_2`, … for each cut. Clock: `at` ≤ as_of by comparison, `recorded_at` ≤ known_at by reading the log anew;
without known_at the kept progress is read, where it is by the question's version of the funnel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cuts import CutSql, cut_sql
from kpis.reports.kept import reads_kept
from kpis.reports.params import ReportParams
from kpis.reports.sight import readable
from leads.lifecycle.queries.keep import milestones
from leads.lifecycle.queries.walk import WALK
from leads.records.visibility import VISIBLE, sight_of

COUNTED = f"""
NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE}
AND (%(system)s::text IS NULL OR l.system = %(system)s OR EXISTS (
    SELECT FROM leads_leadidentity i WHERE i.lead_id = l.id AND i.system = %(system)s))
"""
"""A system has a lead that came from it (perhaps known by e-mail alone, or erased since) or that it knows by an id."""

COHORT = """
cohort AS (
    SELECT l.id AS lead_id, p.reached, p.entered, p.reached[{start}] AS anchor{columns}
    FROM {progress} p JOIN leads_lead l ON l.id = p.lead_id
    {joins}
    WHERE p.reached[{start}] >= %(start)s AND p.reached[{start}] < %(end)s AND p.reached[{start}] <= %(as_of)s
      AND {counted}{conditions}
)
"""

UNIVERSE = """
universe AS (
    SELECT DISTINCT {values}
    FROM leads_lead l LEFT JOIN {progress} p ON p.lead_id = l.id
    {joins}
    WHERE (l.created_at <= %(as_of)s OR p.reached[{start}] <= %(as_of)s)
      AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
      AND {counted}{conditions}
)
"""


@dataclass(frozen=True)
class Cohort:
    """The CTEs up to `cohort` (and `universe`, which needs the same ones), and the values for all of them.

    `stays` names the table of changes that goes with them: the kept one, or the log as it was known.
    """

    ctes: sql.Composable
    stays: sql.Composable
    universe: sql.Composable
    columns: tuple[str, ...]
    values: dict[str, Any]

    def cut_columns(self) -> sql.Composable:
        """`cut_1, cut_2`, for GROUP BY; the one group of everything where nothing is cut."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns)) if self.columns else sql.SQL("()")


def cohort(params: ReportParams, user: Somebody | None) -> Cohort:
    """The cohort of `params.start_stage` in [start, end), of the leads that `user` may see."""
    start = params.stages.ordinal(params.start_stage)
    log = progress(params)
    anchor = sql.SQL("p.reached[{}]").format(sql.Literal(start))
    at_or_as_of = sql.SQL("CASE WHEN {0} <= %(as_of)s THEN {0} ELSE %(as_of)s END").format(anchor)
    columns, joins, conditions, values = cut_parts(params, anchor)
    u_columns, u_joins, u_conditions, _values = cut_parts(params, at_or_as_of)
    ctes = log.ctes + sql.SQL(COHORT).format(
        start=sql.Literal(start),
        progress=log.progress,
        columns=columns,
        joins=joins,
        counted=sql.SQL(COUNTED),
        conditions=conditions,
    )
    universe = sql.SQL(UNIVERSE).format(
        start=sql.Literal(start),
        progress=log.progress,
        values=_without_comma(u_columns),
        joins=u_joins,
        counted=sql.SQL(COUNTED),
        conditions=u_conditions,
    )
    return Cohort(
        ctes,
        log.stays,
        universe,
        tuple(f"cut_{n}" for n in range(1, len(params.by) + 1)),
        {**base_values(params, user), **values},
    )


def base_values(params: ReportParams, user: Somebody | None) -> dict[str, Any]:
    """The values that every report's statement names; `Refused` where `user` may not ask for what `params` ask for."""
    readable(params, user)
    return {
        "start": params.start,
        "end": params.end,
        "as_of": params.as_of,
        "known_at": params.known_at,
        "zone": params.zone.key,
        "system": params.system,
        "window": params.window,
        "version": params.stages.version_id,
        "leads": None,
        **sight_of(user).parameters(),
    }


@dataclass(frozen=True)
class Log:
    """What leads went through: the CTEs before it, a table of one row a lead, one of one row a change, and its column with the id."""

    ctes: sql.Composable
    progress: sql.Composable
    stays: sql.Composable
    key: sql.Composable


def progress(params: ReportParams) -> Log:
    """What is kept of the log, or the log as it was known, by the question's version of the funnel."""
    if reads_kept(params.stages, params.known_at):
        return Log(sql.SQL("WITH "), sql.SQL("leads_progress"), sql.SQL("leads_stay"), sql.SQL("change_id"))
    ctes = milestones(params.stages) + sql.SQL(", ")
    return Log(ctes, sql.SQL("milestones"), sql.SQL("changes"), sql.SQL("id"))


@dataclass(frozen=True)
class Changes:
    """A table of changes: the CTEs before it, its name, and the column with the id of the change."""

    ctes: sql.Composable
    table: sql.Composable
    key: sql.Composable


def changes(params: ReportParams) -> Changes:
    """The kept changes, or those of the log as it was known, by the question's version of the funnel."""
    if reads_kept(params.stages, params.known_at):
        return Changes(sql.SQL("WITH "), sql.SQL("leads_stay"), sql.SQL("change_id"))
    return Changes(sql.SQL("WITH " + WALK + ", "), sql.SQL("changes"), sql.SQL("id"))


def cut_parts(
    params: ReportParams, at: sql.Composable, cut: Callable[[str, sql.Composable], CutSql] = cut_sql
) -> tuple[sql.Composable, sql.Composable, sql.Composable, dict[str, Any]]:
    """Columns (each with its leading comma), joins, conditions (with their AND) and values of the cuts asked for.

    `cut` makes the SQL of one cut: that of leads, or what a report of other things puts in its place.
    """
    parts = {name: cut(name, at) for name in dict.fromkeys((*params.by, *(name for name, _value in params.where)))}
    columns = [
        sql.SQL(", {} AS {}").format(parts[name].value, sql.Identifier(f"cut_{n}"))
        for n, name in enumerate(params.by, start=1)
    ]
    conditions: list[sql.Composable] = []
    values: dict[str, Any] = {}
    for n, (name, value) in enumerate(params.where):
        conditions.append(
            sql.SQL(" AND ({}) IS NOT DISTINCT FROM {}").format(parts[name].value, sql.Placeholder(f"where_{n}"))
        )
        values[f"where_{n}"] = value
    return (
        sql.Composed(columns),
        sql.Composed([part.joins for part in parts.values()]),
        sql.Composed(conditions),
        values,
    )


def _without_comma(columns: sql.Composable) -> sql.Composable:
    return sql.SQL("true AS nothing") + columns

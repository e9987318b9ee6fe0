"""Which handoffs is a report about, as they were known, and into which groups do they fall? The beginning of its statement.

Grain: `facts` one row a handoff that the asker may see, `handed` those of the period with a column for each cut. Clock: what had
happened by as_of and was recorded by known_at: a decision or return since then is not there yet, deadlines are those of their log.
Cuts take their value at the offer; owner and team are who was offered it; month and week are those of the moment `when`.
Index: handoff_by_offer, handoff_order, deadline_order, activity_order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import COUNTED, base_values, changes, cut_parts
from kpis.reports.cuts import PERIODS, CutSql, cut_sql, has_period
from kpis.reports.params import ReportParams
from leads.handoffs.queries.contacts import FIRST_CONTACT

LEARNT = "({at} <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR {recorded} <= %(known_at)s))"
DECIDED = LEARNT.format(at="h.decided_at", recorded="h.decided_recorded_at")
RETURNED = LEARNT.format(at="h.returned_at", recorded="h.returned_recorded_at")
EXPLAINED = (
    "(%(known_at)s::timestamptz IS NULL OR coalesce(h.reason_recorded_at, h.decided_recorded_at) <= %(known_at)s)"
)

DEADLINE = """(
    SELECT d.due_at FROM leads_deadline d
    WHERE d.handoff_id = h.id AND d.clock = '{clock}' AND (d.recorded_at <= %(as_of)s OR d.recorded_at = h.recorded_at)
      AND (%(known_at)s::timestamptz IS NULL OR d.recorded_at <= %(known_at)s){bound}
    ORDER BY d.recorded_at DESC, d.id DESC LIMIT 1)"""
BEFORE_THE_DECISION = "\n      AND (h.decided_recorded_at IS NULL OR d.recorded_at <= h.decided_recorded_at)"

DEADLINES = ("accept_by", "contact_by")

OF_LEADS = "(%(leads)s::bigint[] IS NULL OR {lead} = ANY(ARRAY(SELECT unnest(%(leads)s::bigint[]))))"
"""Of all leads (null) or a few of them."""

FACTS = f"""
passed AS (
    SELECT s.lead_id, s.pass_number, min(s.at) AS began,
           lead(min(s.at)) OVER (PARTITION BY s.lead_id ORDER BY s.pass_number) AS ended,
           min(s.at) FILTER (WHERE g.position IS NOT NULL) AS forward_at
    FROM {{stays}} s JOIN leads_stage g ON g.key = s.stage AND g.version_id = %(version)s
    WHERE s.lead_id IN (SELECT lead_id FROM leads_handoff UNION SELECT lead_id FROM leads_need) AND {OF_LEADS.format(lead="s.lead_id")}
    GROUP BY s.lead_id, s.pass_number
),
facts AS (
    SELECT h.id, h.lead_id, h.offered_at, h.rule_id, h.rule_key, h.origin, h.to_user_id, h.to_team_id, h.to_side, h.calendar_id,
           CASE WHEN {DECIDED} THEN h.state ELSE 'offered' END AS state,
           CASE WHEN {DECIDED} THEN h.decided_at END AS decided_at,
           CASE WHEN {RETURNED} THEN h.returned_at END AS returned_at,
           CASE WHEN ({DECIDED} AND h.state = 'rejected' OR {RETURNED}) AND {EXPLAINED} THEN h.reason END AS reason,
           {DEADLINE.format(clock="accept", bound=BEFORE_THE_DECISION)} AS accept_by,
           {DEADLINE.format(clock="contact", bound="")} AS contact_by,
           {FIRST_CONTACT} AS contacted_at
    FROM leads_handoff h JOIN leads_lead l ON l.id = h.lead_id
    WHERE {OF_LEADS.format(lead="h.lead_id")} AND h.offered_at <= %(as_of)s
      AND (%(offered_before)s::timestamptz IS NULL OR h.offered_at < %(offered_before)s)
      AND (%(known_at)s::timestamptz IS NULL OR h.recorded_at <= %(known_at)s)
      AND (%(sees_everything)s OR h.to_team_id = %(seen_team)s) AND {COUNTED.strip().replace("{", "{{").replace("}", "}}")}
    {{once}}
)
"""

HANDED = """,
handed AS (
    SELECT f.*{columns}
    FROM {source} f JOIN leads_lead l ON l.id = f.lead_id
    {joins}
    WHERE f.{when} >= %(start)s AND f.{when} < %(end)s AND f.{when} <= %(as_of)s{conditions}
)
"""

GROUPS = """
WITH there AS (
    SELECT true AS nothing{columns}
    FROM leads_handoff f JOIN leads_lead l ON l.id = f.lead_id
    {joins}
    WHERE f.offered_at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR f.recorded_at <= %(known_at)s)
      AND (%(sees_everything)s OR f.to_team_id = %(seen_team)s) AND {counted}{conditions}
)
SELECT DISTINCT ARRAY[{cuts}]::text[] FROM there
"""

RECEIVER = "LEFT JOIN people_user receiver ON receiver.id = f.to_user_id\n"
OFFERED_TEAM = "LEFT JOIN people_team offered_team ON offered_team.id = f.to_team_id\n"

Group = tuple[str | None, ...]
OWN_CUTS: dict[str, CutSql] = {
    "owner": CutSql(sql.SQL("coalesce(receiver.email, receiver.name)"), sql.SQL(RECEIVER)),
    "team": CutSql(sql.SQL("offered_team.name"), sql.SQL(OFFERED_TEAM)),
    "rule": CutSql(sql.SQL("f.rule_key")),
}
"""Cuts whose value handoffs have themselves."""


def cut_of(when: str, own: Mapping[str, CutSql] = OWN_CUTS) -> Callable[[str, sql.Composable], CutSql]:
    """The cuts of rows `f` that have `when`, a rule and a receiver: periods at `when`, all others at the offer."""
    moment = sql.SQL("f.{}").format(sql.Identifier(when))
    return lambda name, at: own.get(name) or cut_sql(name, moment if name in PERIODS else at)


@dataclass(frozen=True)
class Handed:
    """The CTEs up to `handed`, the names of its cuts' columns, and the values for all of them."""

    ctes: sql.Composable
    columns: tuple[str, ...]
    values: dict[str, Any]

    def cuts(self) -> sql.Composable:
        """`cut_1, cut_2`, for an array."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))

    def group_by(self) -> sql.Composable:
        """The same for GROUP BY; the one group of everything where nothing is cut."""
        return self.cuts() if self.columns else sql.SQL("()")

    def fetch(self, statement: str, more: dict[str, Any] | None = None, **parts: sql.Composable) -> list[Sequence[Any]]:
        """The rows of a statement that begins with `{ctes}`."""
        text = sql.SQL(statement).format(ctes=self.ctes, cuts=self.cuts(), group_by=self.group_by(), **parts)
        with connection.cursor() as cursor:
            cursor.execute(text, {**self.values, **(more or {})})
            return list(cursor.fetchall())


def handed(
    params: ReportParams,
    user: Somebody | None,
    *,
    when: str,
    source: str = "facts",
    between: str = "",
    own_cuts: Mapping[str, CutSql] = OWN_CUTS,
    to_the_end: bool = True,
) -> Handed:
    """The handoffs whose `when` (a column of `facts`) lies in the period; `between` may add CTEs, the last of which is `source`.

    `to_the_end`: only what was offered before the end of the period is looked at; else up to as_of.
    """
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.offered_at"), cut_of(when, own_cuts))
    log = changes(params)
    ctes = (
        ground(params, once=when in DEADLINES)
        + sql.SQL(between).format(stays=log.table, change=log.key, counted=sql.SQL(COUNTED))
        + sql.SQL(HANDED).format(
            columns=columns,
            joins=joins,
            conditions=conditions,
            source=sql.Identifier(source),
            when=sql.Identifier(when),
        )
    )
    offered_before = params.end if to_the_end else None
    return Handed(ctes, _names(params), {**base_values(params, user), **values, "offered_before": offered_before})


def ground(params: ReportParams, *, once: bool = False) -> sql.Composable:
    """The CTEs up to `facts`. `once`: they are made before anything is asked of them.

    A deadline that is asked for in a condition is else looked up for each time it stands there, and the planner, who expects a row or
    two of it, may then read all leads for each. OFFSET 0, unlike MATERIALIZED, leaves out what nobody asks for.
    """
    log = changes(params)
    return log.ctes + sql.SQL(FACTS).format(stays=log.table, once=sql.SQL("OFFSET 0" if once else ""))


def all_groups(params: ReportParams, user: Somebody | None) -> set[Group]:
    """Every group that is to be shown although nothing falls into it: those of any handoff up to as_of, but no months and weeks."""
    if not params.by:
        return {()}
    if has_period(params.by):
        return set()
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.offered_at"), cut_of("offered_at"))
    there = Handed(sql.SQL(""), _names(params), {**base_values(params, user), **values})
    rows = there.fetch(GROUPS, columns=columns, joins=joins, conditions=conditions, counted=sql.SQL(COUNTED))
    return {tuple(row[0]) for row in rows}


def _names(params: ReportParams) -> tuple[str, ...]:
    return tuple(f"cut_{n}" for n in range(1, len(params.by) + 1))

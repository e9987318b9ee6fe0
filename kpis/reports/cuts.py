"""By what can a figure be cut? One declaration a cut, with its SQL.

A cut of a lead's record (source, channel, system, attributes) is fixed. Owner, team, campaign, segment, territory and the
definition that moved the lead change: their cut takes what the log says for the instant `at` that the figure counts, as far
as known then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from psycopg2 import sql

from alignment.refusals import FieldError, Refused
from kpis.reports.held import span_join

PERIODS = ("month", "week")
ATTRIBUTE = "attributes."

IN_FORCE = """
LEFT JOIN LATERAL (
    SELECT v.ref, v.text FROM leads_leadvalue v
    WHERE v.lead_id = l.id AND v.field = {field} AND v.at <= {at}
      AND (%(known_at)s::timestamptz IS NULL OR v.recorded_at <= %(known_at)s)
      AND NOT EXISTS (
          SELECT FROM leads_stagevoid d
          WHERE d.change_id = v.change_id AND (%(known_at)s::timestamptz IS NULL OR d.recorded_at <= %(known_at)s))
    ORDER BY v.at DESC, v.id DESC LIMIT 1
) {alias} ON true
"""


@dataclass(frozen=True)
class CutSql:
    """The value of a cut, and the joins that it needs to tables aliased `l` (the lead)."""

    value: sql.Composable
    joins: sql.Composable = field(default_factory=lambda: sql.SQL(""))


def _column(name: str) -> Callable[[sql.Composable], CutSql]:
    return lambda at: CutSql(sql.SQL("l.{}").format(sql.Identifier(name)))


def _period(pattern: str) -> Callable[[sql.Composable], CutSql]:
    return lambda at: CutSql(sql.SQL("to_char({} AT TIME ZONE %(zone)s, {})").format(at, sql.Literal(pattern)))


def _in_force(field: str, at: sql.Composable) -> sql.Composed:
    alias = sql.Identifier(f"cut_{field}")
    return span_join(field, at, alias) or sql.SQL(IN_FORCE).format(field=sql.Literal(field), at=at, alias=alias)


def _logged_text(field: str) -> Callable[[sql.Composable], CutSql]:
    return lambda at: CutSql(sql.SQL("{}.text").format(sql.Identifier(f"cut_{field}")), _in_force(field, at))


def _logged_name(field: str, table: str, name: str) -> Callable[[sql.Composable], CutSql]:
    def build(at: sql.Composable) -> CutSql:
        named = sql.Identifier(f"named_{field}")
        join = sql.SQL("LEFT JOIN {} {} ON {}.id = {}.ref\n").format(
            sql.Identifier(table), named, named, sql.Identifier(f"cut_{field}")
        )
        return CutSql(sql.SQL(name).format(named), _in_force(field, at) + join)

    return build


DEFINED = """
LEFT JOIN LATERAL (
    SELECT a.key || ' v' || v.number AS label
    FROM (
        SELECT walked.*, lag(stage) OVER (ORDER BY at, id) AS from_stage
        FROM (
            SELECT c.id, c.at, c.agreement_version_id, coalesce(g.counts_as, g.key) AS stage,
                   c.cause <> 'reopen' AND g.position < coalesce(
                       leads_hold(g.position, g.category IN ('won', 'loyal'), c.cause = 'reopen') OVER (
                           ORDER BY c.at, c.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS held
            FROM leads_stagechange c JOIN leads_stage g ON g.version_id = %(version)s AND g.key = c."to"
            WHERE c.lead_id = l.id AND c.at <= {at}
              AND (%(known_at)s::timestamptz IS NULL OR c.recorded_at <= %(known_at)s)
              AND NOT EXISTS (
                  SELECT FROM leads_stagevoid d
                  WHERE d.change_id = c.id AND (%(known_at)s::timestamptz IS NULL OR d.recorded_at <= %(known_at)s))
        ) walked WHERE held IS NOT TRUE
    ) change
    JOIN agreements_version v ON v.id = change.agreement_version_id JOIN agreements_agreement a ON a.id = v.agreement_id
    WHERE a.kind = 'lead_definition' AND change.from_stage IS DISTINCT FROM change.stage
    ORDER BY change.at DESC, change.id DESC LIMIT 1
) cut_definition ON true
"""
"""The definition, with its version, that moved the lead the last time up to then: by changes that count, told apart as
`leads.lifecycle.queries.walk` does. Index: stage_change_order.
"""


def _defined(at: sql.Composable) -> CutSql:
    return CutSql(sql.SQL("cut_definition.label"), sql.SQL(DEFINED).format(at=at))


CUTS: dict[str, Callable[[sql.Composable], CutSql]] = {
    "month": _period("YYYY-MM"),
    "week": _period('IYYY-"W"IW'),
    "source": _column("source"),
    "channel": _column("channel"),
    "system": _column("system"),
    "campaign": _logged_name("campaign", "programs_campaign", "{}.name"),
    "owner": _logged_name("owner", "people_user", "coalesce({0}.email, {0}.name)"),
    "team": _logged_name("team", "people_team", "{}.name"),
    "segment": _logged_text("segment"),
    "territory": _logged_text("territory"),
    "definition": _defined,
}


HANDED_CUTS = ("rule",)
"""Cuts that only figures of handoffs have; `kpis.reports.queries.handed` makes their SQL."""


TOUCH_CUTS = ("asset",)
"""Cuts that only touches have; `kpis.attribution.queries.credited` makes their SQL."""


def is_cut(name: str) -> bool:
    """Whether `name` is a cut: one of the list, one of handoffs or touches, or `attributes.NAME`."""
    own = name in HANDED_CUTS or name in TOUCH_CUTS
    return name in CUTS or own or (name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE))


def known_cuts() -> str:
    """The cuts, for a sentence."""
    return f"{', '.join((*CUTS, *HANDED_CUTS, *TOUCH_CUTS))} and attributes.NAME"


def cut_sql(name: str, at: sql.Composable) -> CutSql:
    """The SQL of one cut with its value at the instant `at`; `Refused` where leads have no such cut."""
    if name.startswith(ATTRIBUTE):
        attribute = name.removeprefix(ATTRIBUTE).replace("%", "%%")  # the statement is formatted with values later
        return CutSql(sql.SQL("l.attributes ->> {}").format(sql.Literal(attribute)))
    if name not in CUTS:
        those = "touches" if name in TOUCH_CUTS else "handoffs"
        detail = f"Only {those} are told apart by {name}; leads are by {', '.join(CUTS)} and attributes.NAME."
        raise Refused("invalid_options", detail, [FieldError("by", "unknown_cut", detail)])
    return CUTS[name](at)


def has_period(names: Sequence[str]) -> bool:
    """Whether groups come from rows only, as months and weeks do."""
    return any(name in PERIODS for name in names)

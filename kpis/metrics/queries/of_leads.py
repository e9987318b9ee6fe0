"""How do things that happened with leads become the lines of a family? Counted leads, seen by who asks, with their cuts.

Grain: one row a row of `happened`. Clock: cuts take their value at `at`; whoever gives `happened` sees to [start, end), `as_of` and
`known_at`. Called by every family whose subject is a lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Statement
from kpis.reports.cohorts import COUNTED, base_values, cut_parts

HAPPENED = "happened(measure, line_id, lead_id, at, counts_from, value) AS ({happened}), "

LINES = """
SELECT h.measure, h.line_id, h.lead_id AS subject_id, h.lead_id, h.at, h.counts_from, h.value{columns}
FROM happened h JOIN leads_lead l ON l.id = h.lead_id
{joins}
WHERE {counted}{conditions}
"""

PLACES = "kept_places"
"""In which groups each lead stood when, as numbers (`kpis.metrics.kept.queries.places`)."""

NUMBERED = f"""
SELECT h.measure, h.line_id, h.lead_id AS subject_id, h.lead_id, h.at, h.counts_from, h.value,
       g.source_id AS cut_1, g.campaign_id AS cut_2, g.owner_id AS cut_3, g.team_id AS cut_4
FROM happened h JOIN pg_temp.{PLACES} g ON g.lead_id = h.lead_id AND g.since <= h.at AND g.until > h.at
"""

IN_PERIOD = "{at} >= %(start)s AND {at} < %(end)s AND {at} <= %(as_of)s"
"""What every family asks of the instant by which its lines belong to a period."""

OF_SUBJECTS = "(%(subjects)s::bigint[] IS NULL OR {id} = ANY(ARRAY(SELECT unnest(%(subjects)s::bigint[]))))"
"""Folded away while planning where everything is asked for."""


def lines_of_leads(
    asked: Asked,
    *,
    happened: sql.Composable,
    ctes: sql.Composable | None = None,
    values: Mapping[str, Any] | None = None,
) -> Statement:
    """The lines of `happened`: a SELECT of measure, line_id, lead_id, at, counts_from and value that may read `ctes`."""
    before = (ctes or sql.SQL("WITH ")) + sql.SQL(HAPPENED).format(happened=happened)
    named = {**(values or {}), **base_values(asked.params, asked.user), **subjects_of(asked)}
    if asked.numbered:
        return Statement(before, sql.SQL(NUMBERED), named, numbered=True)
    columns, joins, conditions, cut_values = cut_parts(asked.params, sql.SQL("h.at"))
    select = sql.SQL(LINES).format(columns=columns, joins=joins, counted=sql.SQL(COUNTED), conditions=conditions)
    return Statement(before, select, {**named, **cut_values})


def subjects_of(asked: Asked) -> dict[str, Any]:
    """The values of `OF_SUBJECTS`, and of the log where it is walked: only these leads' rows are read."""
    subjects = None if asked.subjects is None else list(asked.subjects)
    return {"subjects": subjects, "leads": subjects}


NOTHING = sql.SQL(
    "SELECT NULL::text AS measure, 0::bigint AS line_id, 0::bigint AS lead_id, now() AS at, now() AS counts_from, 0::numeric AS value"
    " WHERE false"
)
"""What a family gives that is asked for none of its measures."""


def table(pairs: Mapping[str, str | int], column: str) -> sql.Composable:
    """A table `m` of (measure, `column`) from constants."""
    rows = sql.SQL(", ").join(
        sql.SQL("({}::text, {})").format(constant(key), constant(what)) for key, what in pairs.items()
    )
    return sql.SQL("(VALUES {}) AS m(measure, {})").format(rows, sql.Identifier(column))


def constant(value: str | int) -> sql.Composable:
    """A literal in a statement that is formatted with values later."""
    return sql.Literal(value.replace("%", "%%") if isinstance(value, str) else value)

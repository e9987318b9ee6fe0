"""What was spent on each day? The lines of the family `spend`.

Grain: one line a day of one entry of spend. Clock: the day's first instant; known from `created_at` on. Only who sees everything is
told: what was spent is nobody's lead. Cuts: source, channel, campaign of the entry; every other one is not known of it.
"""

from __future__ import annotations

from datetime import timedelta

from psycopg2 import sql

from alignment.programs.selectors import SPEND_BY_DAY, spend_values
from kpis.metrics.declaring import Asked, Statement
from kpis.money.queries.rounding import half_even_sql, money_values, rated_sql
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.cuts import PERIODS, CutSql, cut_sql

SPEND = "spend"
WAITED = "spend_waited"
"""The same, counted once the window of the leads of that day has passed."""

OWN_CUTS = {
    "source": CutSql(sql.SQL("f.source")),
    "channel": CutSql(sql.SQL("f.channel")),
    "campaign": CutSql(
        sql.SQL("spent_on.name"), sql.SQL("LEFT JOIN programs_campaign spent_on ON spent_on.id = f.campaign_id\n")
    ),
}
NOTHING = CutSql(sql.SQL("NULL::text"))

DAYS = """
days AS (
    SELECT b.*, b.day::timestamp AT TIME ZONE %(zone)s AS at
    FROM ({by_day}) b JOIN programs_spend e ON e.id = b.id
    WHERE %(sees_everything)s AND (%(known_at)s::timestamptz IS NULL OR e.created_at <= %(known_at)s)
      AND (%(system)s::text IS NULL OR e.system = %(system)s){among}
), """

LINES = """
SELECT m.measure, f.id * 100000 + (f.day - DATE '1900-01-01') AS line_id, f.id AS subject_id, NULL::bigint AS lead_id,
       f.at, CASE m.measure WHEN 'spend' THEN f.at ELSE f.at + interval '24 hours' + %(window)s END AS counts_from,
       {amount} AS value{columns}
FROM days f CROSS JOIN unnest(%(spent_measures)s::text[]) AS m(measure) {rated} {joins}
WHERE f.at >= %(start)s AND f.at < %(end)s AND f.at <= %(as_of)s{conditions}
"""

AMOUNT = half_even_sql("f.amount", "rated.rate")
RATED = rated_sql("f.currency", "f.day")
AMONG = " AND e.id = ANY(%(subjects)s::bigint[])"


def spend_cut(name: str, at: sql.Composable) -> CutSql:
    """A cut of a day's spend."""
    return OWN_CUTS.get(name) or (cut_sql(name, at) if name in PERIODS else NOTHING)


def spend_lines(asked: Asked) -> Statement:
    """The lines of what was spent."""
    params = asked.params
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.at"), spend_cut)
    ctes = sql.SQL("WITH " + DAYS).format(
        by_day=sql.SQL(SPEND_BY_DAY), among=sql.SQL(AMONG if asked.subjects is not None else "")
    )
    select = sql.SQL(LINES).format(
        amount=sql.SQL(AMOUNT), rated=sql.SQL(RATED), columns=columns, joins=joins, conditions=conditions
    )
    first, last = (moment.astimezone(params.zone).date() for moment in (params.start, params.end))
    days = spend_values(first, last + timedelta(days=1))
    return Statement(
        ctes,
        select,
        {
            **base_values(params, asked.user),
            **values,
            **money_values(),
            **days,
            "subjects": list(asked.subjects or ()),
            "spent_measures": [measure for measure in (SPEND, WAITED) if asked.wants(measure)],
        },
    )

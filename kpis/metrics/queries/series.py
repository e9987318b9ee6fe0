"""Which outside numbers are there, and what were they on each day?

Grain: one line a value of a day. Clock: the day's first instant; known from `created_at` on. Only who sees everything is told: they
are nobody's leads. Cuts: source, channel, campaign of the value; every other one is not known of it. Index: series_once_a_day.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, OF_SUBJECTS, subjects_of
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.cuts import PERIODS, CutSql, cut_sql

PREFIX = "series."

NAMES = """
WITH RECURSIVE names AS (
    (SELECT lower(metric) AS name FROM programs_series ORDER BY lower(metric) LIMIT 1)
    UNION ALL
    SELECT (SELECT lower(s.metric) FROM programs_series s WHERE lower(s.metric) > n.name ORDER BY lower(s.metric) LIMIT 1)
    FROM names n WHERE n.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL
"""
"""From one name to the next, however many days each has."""

OWN_CUTS = {
    "source": CutSql(sql.SQL("f.source")),
    "channel": CutSql(sql.SQL("f.channel")),
    "campaign": CutSql(
        sql.SQL("counted_for.name"),
        sql.SQL("LEFT JOIN programs_campaign counted_for ON counted_for.id = f.campaign_id\n"),
    ),
}
NOT_KNOWN = CutSql(sql.SQL("NULL::text"))

DAYS = f"""
days AS (
    SELECT s.*, s.date::timestamp AT TIME ZONE %(zone)s AS at FROM programs_series s
    WHERE %(sees_everything)s AND (%(known_at)s::timestamptz IS NULL OR s.created_at <= %(known_at)s)
      AND (%(series)s::text[] IS NULL OR lower(s.metric) = ANY(%(series)s)) AND {OF_SUBJECTS.format(id="s.id")}
), """

LINES = f"""
SELECT 'series.' || lower(f.metric) AS measure, f.id AS line_id, f.id AS subject_id, NULL::bigint AS lead_id, f.at,
       f.at AS counts_from, f.value{{columns}}
FROM days f {{joins}}
WHERE {IN_PERIOD.format(at="f.at")}{{conditions}}
"""


def names() -> list[str]:
    """Every outside number there is, by its name in small letters."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        return [row[0] for row in cursor.fetchall()]


def lines(asked: Asked) -> Statement:
    """The values of the days."""
    columns, joins, conditions, values = cut_parts(asked.params, sql.SQL("f.at"), _cut)
    wanted = None if asked.measures is None else [key.removeprefix(PREFIX) for key in sorted(asked.measures)]
    return Statement(
        sql.SQL("WITH ") + sql.SQL(DAYS),
        sql.SQL(LINES).format(columns=columns, joins=joins, conditions=conditions),
        {**base_values(asked.params, asked.user), **values, **subjects_of(asked), "series": wanted},
    )


def _cut(name: str, at: sql.Composable) -> CutSql:
    return OWN_CUTS.get(name) or (cut_sql(name, at) if name in PERIODS else NOT_KNOWN)


SERIES = Family(
    "series",
    Subject.SERIES,
    lines,
    untold="Outside numbers are told to marketing, sales and managers only.",
)

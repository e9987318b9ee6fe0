"""Who handed leads to whom, how long had they held them, and where did leads go in circles?

Grain: one row a pair of holders, or one row a hand-over. Clock: `at` in [start, end) and ≤ as_of, `recorded_at` ≤ known_at.
A holder is the log's owner, team or side of the team (a partner's side is sales); equal ones after one another are one, unknown
ones are passed over. Cuts take their value at the end of the period. Index: lead_value_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import COUNTED, base_values, cut_parts
from kpis.reports.params import ReportParams

SIDE = "CASE t.side WHEN 'partner' THEN 'sales' ELSE t.side END"
END = sql.SQL("least(%(end)s - interval '1 microsecond', %(as_of)s)")


@dataclass(frozen=True)
class Between:
    """`field` of the log; `holder` tells two holders apart, `name` is what a report calls one; `t` is the holder's own table."""

    field: str
    table: str
    holder: str
    name: str


BETWEEN: dict[str, Between] = {
    "owner": Between("owner", "people_user", "t.id::text", "coalesce(t.email, t.name)"),
    "team": Between("team", "people_team", "t.id::text", "t.name"),
    "side": Between("team", "people_team", SIDE, SIDE),
}

HANDOVERS = """
WITH told AS (
    SELECT v.lead_id, v.id, v.at, {holder} AS holder, {name} AS name
    FROM leads_leadvalue v
    JOIN leads_lead l ON l.id = v.lead_id
    JOIN {table} t ON t.id = v.ref
    {joins}
    WHERE v.field = {field} AND v.at < %(end)s AND v.at <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR v.recorded_at <= %(known_at)s)
      AND NOT EXISTS (
          SELECT FROM leads_stagevoid d
          WHERE d.change_id = v.change_id AND (%(known_at)s::timestamptz IS NULL OR d.recorded_at <= %(known_at)s))
      AND {counted}{conditions}
),
turned AS (SELECT told.*, lag(holder) OVER (PARTITION BY lead_id ORDER BY at, id) AS before FROM told),
held AS (
    SELECT lead_id, id, at, holder, name, lag(holder) OVER so_far AS giver, lag(name) OVER so_far AS giver_name,
           lag(at) OVER so_far AS since, lag(holder, 2) OVER so_far AS earlier
    FROM turned WHERE before IS DISTINCT FROM holder
    WINDOW so_far AS (PARTITION BY lead_id ORDER BY at, id)
),
handovers AS (
    SELECT lead_id, id, at, since, giver_name, name, coalesce(earlier = holder, false) AS back
    FROM held WHERE giver IS NOT NULL AND at >= %(start)s
)
"""

TOTALS = """
{ctes}
SELECT (SELECT count(DISTINCT lead_id) FROM told), count(*), count(*) FILTER (WHERE back),
       count(DISTINCT lead_id) FILTER (WHERE back)
FROM handovers
"""

PAIRS = """
{ctes}
SELECT giver_name, name, count(*), kpis_percentile(array_agg(kpis_microseconds(since, at) ORDER BY at - since), 1, 2)
FROM handovers GROUP BY giver_name, name
"""

MEASURES = {
    "leads": "SELECT lead_id, id, at, NULL::timestamptz AS since, NULL::text AS giver_name, name, false AS back FROM ("
    "SELECT DISTINCT ON (lead_id) * FROM told ORDER BY lead_id, at, id) first_held",
    "handovers": "SELECT * FROM handovers",
    "pingpong": "SELECT * FROM handovers WHERE back",
    "pingpong_leads": "SELECT DISTINCT ON (lead_id) * FROM handovers WHERE back ORDER BY lead_id, at, id",
}
"""What can be opened: leads (with their first holder), hand-overs, and those that gave a lead back."""

ROWS = """
{ctes}, listed AS ({measure})
SELECT lead_id, id, at, giver_name, name, kpis_seconds(kpis_microseconds(since, at)) FROM listed
WHERE (%(giver)s::text IS NULL OR giver_name = %(giver)s) AND (%(taker)s::text IS NULL OR name = %(taker)s)
  AND (%(after_at)s::timestamptz IS NULL OR (at, id) > (%(after_at)s, %(after_id)s))
ORDER BY at, id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Totals:
    """Leads that anybody held, hand-overs, those of them that gave the lead back (A→B→A), and leads with any such."""

    leads: int
    handovers: int
    pingpong: int
    pingpong_leads: int


@dataclass(frozen=True)
class Pair:
    """So many hand-overs from one to another; `p50_seconds`: how long the giver had held the lead."""

    giver: str
    taker: str
    n: int
    p50_seconds: int


@dataclass(frozen=True)
class Handover:
    """One hand-over behind a figure; a lead's first holder has no giver."""

    lead_id: int
    id: int
    at: datetime
    giver: str | None
    taker: str
    held_seconds: int | None


def read_totals(params: ReportParams, user: Somebody | None) -> Totals:
    """The figures over all leads."""
    return Totals(*_fetch(TOTALS, params, user)[0])


def read_pairs(params: ReportParams, user: Somebody | None) -> list[Pair]:
    """Each pair, the most frequent first, then by name."""
    pairs = [Pair(*row) for row in _fetch(PAIRS, params, user)]
    return sorted(pairs, key=lambda pair: (-pair.n, pair.giver, pair.taker))


def read_handovers(
    params: ReportParams,
    user: Somebody | None,
    *,
    measure: str,
    giver: str | None = None,
    taker: str | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Handover]:
    """What is behind one figure, earliest first."""
    values = {
        "giver": giver,
        "taker": taker,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [Handover(*row) for row in _fetch(ROWS, params, user, values, measure=sql.SQL(MEASURES[measure]))]


def _fetch(
    text: str,
    params: ReportParams,
    user: Somebody | None,
    more: dict[str, Any] | None = None,
    **parts: sql.Composable,
) -> Sequence[tuple[Any, ...]]:
    between = BETWEEN[params.between]
    _columns, joins, conditions, values = cut_parts(params, END)
    ctes = sql.SQL(HANDOVERS).format(
        holder=sql.SQL(between.holder),
        name=sql.SQL(between.name),
        table=sql.Identifier(between.table),
        field=sql.Literal(between.field),
        joins=joins,
        counted=sql.SQL(COUNTED),
        conditions=conditions,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(text).format(ctes=ctes, **parts), {**base_values(params, user), **values, **(more or {})}
        )
        return list(cursor.fetchall())

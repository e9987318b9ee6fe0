"""How long did won deals take, and how many customers were there before? Figures that cannot be added up.

`MEDIANS`: grain one row a group; clock closed_at; from opened_at to closed_at of won deals that have both. `BEFORE`: grain one row a
group; customers whose first win lies before the start of the period; and how many, of all, won a second time, and an upsell, in the
period. Customers are cut by the values at their first win.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.money.queries.counted import DEALS, LEAD, deal_cut
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.each_cut import by_cut, one_by_one, together
from kpis.reports.params import ReportParams

MEDIANS = """
WITH {deals}, cycles AS (
    SELECT (extract(epoch FROM f.ended_at - f.opened_at) * 1000000)::bigint AS micros{columns}
    FROM deals f {lead}{joins}
    WHERE f.status = 'won' AND f.opened_at IS NOT NULL
      AND f.ended_at >= %(start)s AND f.ended_at < %(end)s AND f.ended_at <= %(as_of)s{conditions}
),
grouped AS (SELECT {cuts} AS cuts, micros FROM cycles{each}),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY cuts ORDER BY micros) AS place, count(*) OVER (PARTITION BY cuts) AS n FROM grouped
)
SELECT cuts, max(n), sum(micros), count(*) FROM placed
WHERE place IN ((n + 1) / 2, n / 2 + 1) GROUP BY cuts
"""
"""The one in the middle, or the two: their sum and how many they are, so that nothing is lost before it is rounded."""

BEFORE = """
WITH {deals}, wins AS (
    SELECT d.*, d.ended_at AS at, row_number() OVER (PARTITION BY d.customer ORDER BY d.ended_at, d.id) AS nth
    FROM deals d WHERE d.status = 'won' AND d.ended_at <= %(as_of)s
),
customers AS (
    SELECT f.customer{columns}, f.at < %(start)s AS before,
           EXISTS (SELECT FROM wins w WHERE w.customer = f.customer AND w.nth = 2 AND w.at >= %(start)s AND w.at < %(end)s) AS again,
           EXISTS (SELECT FROM wins w WHERE w.customer = f.customer AND w.kind = 'upsell'
                   AND w.at >= %(start)s AND w.at < %(end)s) AS upsold
    FROM wins f {lead}{joins}
    WHERE f.nth = 1 AND f.at < %(end)s{conditions}
)
SELECT cuts, count(*) FILTER (WHERE before), count(*) FILTER (WHERE again), count(*) FILTER (WHERE upsold)
FROM (SELECT {cuts} AS cuts, before, again, upsold FROM customers{each} WHERE before OR again OR upsold) c GROUP BY cuts
"""

Row = tuple[tuple[str | None, ...], int, int, int]
NOBODY: Row = ((), 0, 0, 0)
"""Everything together has a value where there is nobody, too."""


def read_medians(params: ReportParams, user: Somebody | None) -> list[Row]:
    """By group: how many won deals, the sum of the microseconds in the middle, and how many these are."""
    return _read(MEDIANS, params, user, "f.ended_at", together)


def read_every_median(params: ReportParams, user: Somebody | None) -> dict[tuple[str, ...], list[Row]]:
    """The same by each of the cuts and by none."""
    return _by_cut(params, _read(MEDIANS, params, user, "f.ended_at", one_by_one))


def read_customers(params: ReportParams, user: Somebody | None) -> list[Row]:
    """By group: how many customers before the period; how many customers won a second time, and an upsell, in it."""
    found = _read(BEFORE, params, user, "f.at", together)
    return found if found or params.by else [NOBODY]


def read_every_customer(params: ReportParams, user: Somebody | None) -> dict[tuple[str, ...], list[Row]]:
    """The same by each of the cuts and by none."""
    found = _by_cut(params, _read(BEFORE, params, user, "f.at", one_by_one))
    return {**found, (): found[()] or [NOBODY]}


def _by_cut(params: ReportParams, rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    told = by_cut(params.by, ((row[0], row) for row in rows))
    return {by: [(group, *row[1:]) for group, row in those] for by, those in told.items()}


def _read(
    statement: str,
    params: ReportParams,
    user: Somebody | None,
    at: str,
    grouped: Callable[[Sequence[str]], dict[str, sql.Composable]],
) -> list[Row]:
    columns, joins, conditions, values = cut_parts(params, sql.SQL(at), deal_cut)
    text = sql.SQL(statement).format(
        deals=sql.SQL(DEALS.format(among="")),
        columns=columns,
        lead=sql.SQL(LEAD),
        joins=joins,
        conditions=conditions,
        **grouped([f"cut_{n}" for n in range(1, len(params.by) + 1)]),
    )
    all_values: dict[str, Any] = {**base_values(params, user), **values}
    with connection.cursor() as cursor:
        cursor.execute(text, all_values)
        return [(tuple(row[0]), int(row[1] or 0), int(row[2] or 0), int(row[3] or 0)) for row in cursor.fetchall()]

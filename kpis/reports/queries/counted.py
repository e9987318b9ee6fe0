"""How far did the leads of a cohort come, read from cells: counts of whole days, without looking at a lead?

Grain: one row a group. Clock: what the cells were counted by; leads of the days in `froms` to `tos` that lie beside whole months, or
on the day that matures now, are read from their places. Index: funnel_cell_once, cohort_place_by_day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.reports.percentiles import NOTHING
from kpis.reports.queries.funnel import COUNTED as COUNTED_STAGE
from kpis.reports.queries.funnel import GroupFigures, StageFigures

COUNTED = """
WITH counted AS (
    SELECT c.day, c.value, c.furthest, c.furthest_in_window, c.leads, s.mature
    FROM unnest(%(cell_froms)s::date[], %(cell_tos)s::date[], %(cell_mature)s::bool[]) AS s(since, until, mature)
    JOIN kpis_funnelcell c ON c.cut = %(cut)s AND c.start = %(start)s AND c.day >= s.since AND c.day < s.until
    UNION ALL
    SELECT p.day, {value}, p.furthest, p.furthest_in_window, 1, p.anchor <= %(matured)s
    FROM unnest(%(place_froms)s::date[], %(place_tos)s::date[]) AS s(since, until)
    JOIN kpis_cohortplace p ON p.start = %(start)s AND p.day >= s.since AND p.day < s.until
),
grouped AS (
    SELECT {day} AS day, value, furthest, furthest_in_window, mature, sum(leads) AS leads FROM counted GROUP BY 1, 2, 3, 4, 5
),
labelled AS (
    SELECT ARRAY[{labels}]::text[] AS label, furthest, furthest_in_window, mature, leads
    FROM grouped g {named}
    WHERE {condition}
)
SELECT label, sum(leads)::bigint, coalesce(sum(leads) FILTER (WHERE mature), 0)::bigint, {stages}
FROM labelled GROUP BY label
"""

NAMED = {
    "owner": ("people_user", "coalesce({0}.email, {0}.name)"),
    "team": ("people_team", "{0}.name"),
    "campaign": ("programs_campaign", "{0}.name"),
}
"""Of cuts that are kept by id: the table, and what a row of it is called."""

PERIODS = {"month": "to_char(g.day, 'YYYY-MM')", "week": "to_char(g.day, 'IYYY-\"W\"IW')"}

DATED_LATER = "SELECT EXISTS (SELECT FROM leads_stay WHERE until IS NULL AND at > %(as_of)s)"
"""Whoever has a change dated later stands, by now, where the last such change led to. Index: stay_open."""


@dataclass(frozen=True)
class Span:
    """Whole days [since, until). `mature`: whether every lead of a cohort in them is; None where each lead decides."""

    since: date
    until: date
    mature: bool | None


def any_dated_later(as_of: datetime) -> bool:
    """Whether a change is dated later than that, as clocks that differ make them. Cells count it already; the question does not yet."""
    with connection.cursor() as cursor:
        cursor.execute(DATED_LATER, {"as_of": as_of})
        return bool(cursor.fetchone()[0])


def read_counted(
    *,
    by: Sequence[str],
    where: tuple[str, str | None] | None,
    cut: str,
    start: int,
    stages: int,
    cells: Sequence[Span],
    places: Sequence[Span],
    matured: datetime,
) -> list[GroupFigures]:
    """The groups with a lead in these spans. `cut` is what the cells are told apart by; `by` names periods and that cut, if anything."""
    value: sql.Composable = sql.SQL("g.value")
    named: sql.Composable = sql.SQL("")
    if cut in NAMED:
        table, name = NAMED[cut]
        value = sql.SQL(name).format(sql.Identifier("n"))
        named = sql.SQL("LEFT JOIN {} n ON n.id = g.value::bigint").format(sql.Identifier(table))
    labels = [sql.SQL(PERIODS[name]) if name in PERIODS else value for name in by]
    statement = sql.SQL(COUNTED).format(
        value=sql.SQL("p.{}::text").format(sql.Identifier(cut)) if cut else sql.SQL("NULL"),
        day=sql.SQL("day") if set(by) & PERIODS.keys() else sql.SQL("NULL::date"),
        labels=sql.SQL(", ").join(labels),
        named=named,
        condition=sql.SQL("{} IS NOT DISTINCT FROM %(where)s").format(value) if where else sql.SQL("true"),
        stages=sql.SQL(", ").join(sql.SQL(COUNTED_STAGE).format(k=sql.Literal(k)) for k in range(start, stages + 1)),
    )
    values: dict[str, Any] = {
        "cut": cut, "start": start, "matured": matured, "where": where[1] if where else None,
        "cell_froms": [span.since for span in cells], "cell_tos": [span.until for span in cells],
        "cell_mature": [span.mature for span in cells],
        "place_froms": [span.since for span in places], "place_tos": [span.until for span in places],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_figures(row) for row in cursor.fetchall()]


def _figures(row: Sequence[Any]) -> GroupFigures:
    label, entered, mature, *counts = row
    return GroupFigures(
        tuple(label),
        entered,
        mature,
        tuple(
            StageFigures(counts[n], counts[n + 1], counts[n + 2], NOTHING, None, NOTHING)
            for n in range(0, len(counts), 3)
        ),
    )

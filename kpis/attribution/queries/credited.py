"""What were touches credited with, of the deals won in a period? Grain: one row a group, touched or not; or one a touch.

Clock: closed_at. Cuts: campaign, channel and asset are the touch's, source is that of the lead that touched, everything else is the
deal's. Index: credit_by_deal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.attribution.live import credit_table
from kpis.attribution.terms import MODELS
from kpis.money.queries.counted import DEALS, LEAD, deal_cut
from kpis.money.queries.rounding import money_values
from kpis.reports.behind import After
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.cuts import CutSql
from kpis.reports.params import ReportParams

Group = tuple[str | None, ...]

TOUCHES = """
touches AS (
    SELECT d.id, d.lead_id, d.owner_id, d.company_id, d.amount, d.opened_at, c.won_at AS at, c.id AS credit_id, c.activity_id,
           c.lead_id AS touching_id, c.channel AS touch_channel, c.campaign_id AS touch_campaign_id, c.place, c.at AS touched_at, {credits}
    FROM deals d JOIN {table} c ON c.deal_id = d.id
    WHERE d.status = 'won' AND d.ended_at >= %(start)s AND d.ended_at < %(end)s AND d.ended_at <= %(as_of)s AND c.won_at IS NOT NULL
),
cut AS (SELECT f.*{columns} FROM touches f {lead}{joins} WHERE true{conditions})
"""

GROUPED = """
SELECT ARRAY[{cuts}]::text[], activity_id IS NULL, count(activity_id), {sums} FROM cut GROUP BY {group_by}
"""

IN_DEALS = """
SELECT ARRAY[{cuts}]::text[], no_touch, count(*)
FROM (SELECT DISTINCT {columns}activity_id IS NULL AS no_touch, id FROM cut) t GROUP BY {group_by}
"""
"""Counted by itself: `count(DISTINCT …)` beside the sums would sort every row with all it carries."""

TOTALS = """
SELECT count(*), count(*) FILTER (WHERE no_touch), sum(units), count(*) FILTER (WHERE amount IS NULL),
       count(*) FILTER (WHERE amount IS NOT NULL AND units IS NULL)
FROM (SELECT id, bool_or(activity_id IS NULL) AS no_touch, max(amount) AS amount, sum(amount_first) AS units FROM cut GROUP BY id) t
"""

LINES = """
SELECT f.*, a.kind, a.asset, a.url, k.name, coalesce(e.external_id, 'deal ' || e.id), n.touches, n.before_lead
FROM (
    SELECT credit_id, id, coalesce(touching_id, lead_id) AS whose, at, activity_id, touch_channel, touch_campaign_id, place, touched_at,
           opened_at, {share}, {amount}
    FROM cut
    WHERE {share} <> 0 AND (%(no_touch)s::boolean IS NULL OR (activity_id IS NULL) = %(no_touch)s)
      AND (%(after_at)s::timestamptz IS NULL OR (at, credit_id) > (%(after_at)s, %(after_id)s))
    ORDER BY at, credit_id LIMIT %(limit)s
) f
JOIN leads_deal e ON e.id = f.id LEFT JOIN leads_lead o ON o.id = e.lead_id
LEFT JOIN leads_activity a ON a.id = f.activity_id LEFT JOIN programs_campaign k ON k.id = f.touch_campaign_id
CROSS JOIN LATERAL (
    SELECT count(c.activity_id) AS touches, count(*) FILTER (WHERE c.at <= o.created_at) AS before_lead
    FROM {table} c WHERE c.deal_id = f.id AND c.won_at IS NOT NULL
) n
ORDER BY f.at, f.credit_id
"""

OWN_CUTS = {
    "channel": CutSql(sql.SQL("f.touch_channel")),
    "campaign": CutSql(
        sql.SQL("touched_by.name"),
        sql.SQL("LEFT JOIN programs_campaign touched_by ON touched_by.id = f.touch_campaign_id\n"),
    ),
    "source": CutSql(
        sql.SQL("toucher.source"), sql.SQL("LEFT JOIN leads_lead toucher ON toucher.id = f.touching_id\n")
    ),
    "asset": CutSql(sql.SQL("touch.asset"), sql.SQL("LEFT JOIN leads_activity touch ON touch.id = f.activity_id\n")),
}


@dataclass(frozen=True)
class Credited:
    """What one group of touches, or of deals that nobody was touched for, is credited with by each model.

    `shares` in parts of 10¹², `amounts` in minor units; None where no amount of the group is known.
    """

    group: Group
    no_touch: bool
    touches: int
    deals: int
    shares: tuple[int, ...]
    amounts: tuple[int | None, ...]


@dataclass(frozen=True)
class Won:
    """All deals won that the question is about: what every model's credits add up to."""

    deals: int
    no_touch: int
    units: int | None
    without_amount: int
    without_rate: int


@dataclass(frozen=True)
class CreditLine:
    """One touch of one deal (or "no touch"), with what one model gives it."""

    credit_id: int
    deal_id: int
    lead_id: int | None
    won_at: datetime
    activity_id: int | None
    channel: str | None
    campaign_id: int | None
    place: int
    touched_at: datetime | None
    opened_at: datetime | None
    share: int
    amount: int | None
    kind: str | None
    asset: str | None
    url: str | None
    campaign: str | None
    deal: str
    touches: int
    before_lead: int


def read_credited(params: ReportParams, user: Somebody | None) -> list[Credited]:
    """By group, those with any credit."""
    columns = [sql.Identifier(f"cut_{n}") for n in range(1, len(params.by) + 1)]
    sums = [
        sql.SQL("sum({})").format(sql.Identifier(f"{what}_{model}")) for what in ("share", "amount") for model in MODELS
    ]
    cuts, size = sql.SQL(", ").join(columns), len(MODELS)
    counted = sql.SQL(IN_DEALS).format(
        cuts=cuts,
        columns=sql.Composed(sql.SQL("{}, ").format(column) for column in columns),
        group_by=sql.SQL(", ").join([*columns, sql.SQL("no_touch")]),
    )
    deals = {(tuple(group), no_touch): n for group, no_touch, n in _fetch(params, user, counted, {})}
    summed = sql.SQL(GROUPED).format(
        cuts=cuts,
        sums=sql.SQL(", ").join(sums),
        group_by=sql.SQL(", ").join([*columns, sql.SQL("activity_id IS NULL")]),
    )
    return [
        Credited(
            tuple(group), no_touch, touches, deals[tuple(group), no_touch], tuple(map(int, found[:size])),
            tuple(None if one is None else int(one) for one in found[size:]),
        )
        for group, no_touch, touches, *found in _fetch(params, user, summed, {})
    ]  # fmt: skip


def read_won(params: ReportParams, user: Somebody | None) -> Won:
    """Over all groups."""
    deals, no_touch, units, unknown, unpriced = _fetch(params, user, sql.SQL(TOTALS), {})[0]
    return Won(deals, no_touch, None if units is None else int(units), unknown, unpriced)


def read_lines(
    params: ReportParams, user: Somebody | None, *, model: str, no_touch: bool | None, after: After | None, limit: int
) -> list[CreditLine]:
    """The touches behind a figure, by the win and their place before it."""
    statement = sql.SQL(LINES).format(
        share=sql.Identifier(f"share_{model}"),
        amount=sql.Identifier(f"amount_{model}"),
        table=credit_table(params, user),
    )
    more = {
        "no_touch": no_touch, "limit": limit, "after_at": after.at if after else None, "after_id": after.id if after else None,
    }  # fmt: skip
    return [CreditLine(*row) for row in _fetch(params, user, statement, more)]


def _fetch(
    params: ReportParams, user: Somebody | None, statement: sql.Composable, more: dict[str, Any]
) -> Sequence[tuple[Any, ...]]:
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.at"), _touch_cut)
    credits_of = sql.SQL(", ").join(
        sql.SQL("c.{}").format(sql.Identifier(f"{what}_{model}")) for what in ("share", "amount") for model in MODELS
    )
    ctes = sql.SQL("WITH " + DEALS.format(among="") + "," + TOUCHES).format(
        table=credit_table(params, user), credits=credits_of, columns=columns, lead=sql.SQL(LEAD), joins=joins, conditions=conditions
    )  # fmt: skip
    named: dict[str, Any] = {**base_values(params, user), **values, **money_values(), **more}
    with connection.cursor() as cursor:
        cursor.execute(ctes + statement, named)
        return list(cursor.fetchall())


def _touch_cut(name: str, at: sql.Composable) -> CutSql:
    return OWN_CUTS.get(name) or deal_cut(name, at)

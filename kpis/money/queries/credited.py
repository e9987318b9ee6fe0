"""What were marketing's touches credited with? The lines of the family `credits`.

Grain: one line a touch of a deal and measure; a deal without touches has one of "no touch". Clock: closed_at for what was won,
opened_at for pipeline, and the creation of the deal's lead for what its leads won within the window. Cuts: campaign and channel are
the touch's, source is that of the lead that touched, everything else is the deal's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from psycopg2 import sql

from kpis.attribution.keeping import TABLE
from kpis.attribution.live import credit_table
from kpis.attribution.terms import MODELS, attribution_in_force
from kpis.metrics.declaring import Asked, Statement
from kpis.money.queries.counted import AMONG, DEALS, LEAD, deal_cut
from kpis.money.queries.rounding import money_values
from kpis.reports.cohorts import base_values, cut_parts
from kpis.reports.cuts import CutSql

CAME = "came"
WHOLE = 10**12
"""What the shares of a deal add up to."""

TOUCHES = """
touches AS (
    SELECT d.*, c.id AS touch_id, c.activity_id, c.lead_id AS touching_id, c.channel AS touch_channel,
           c.campaign_id AS touch_campaign_id, m.happened, m.at, c.won_at,
           {credits}
    FROM deals d JOIN {table} c ON c.deal_id = d.id LEFT JOIN leads_lead of ON of.id = d.lead_id
    CROSS JOIN LATERAL (VALUES ('won', c.won_at), ('opened', c.opened_at),
        ('came', CASE WHEN c.won_at <= of.created_at + %(window)s THEN of.created_at END)) AS m(happened, at)
    WHERE m.at >= %(start)s AND m.at < %(end)s AND m.at <= %(as_of)s AND m.happened = ANY(%(happened)s)
),
cut AS (
    SELECT f.*{columns} FROM touches f {lead}{joins} WHERE true{conditions}
), """

LINES = """
SELECT m.measure, f.touch_id AS line_id, f.id AS subject_id, coalesce(f.touching_id, f.lead_id) AS lead_id, f.at,
       CASE WHEN f.happened = 'came' THEN f.at + %(window)s ELSE f.at END AS counts_from, m.value{cuts}
FROM cut f CROSS JOIN LATERAL (VALUES {measures}) AS m(measure, value, is_there)
WHERE m.is_there
"""

MEASURE = "({key}::text, {value}, {there})"

OWN_CUTS = {
    "channel": CutSql(sql.SQL("f.touch_channel")),
    "campaign": CutSql(
        sql.SQL("touched_by.name"),
        sql.SQL("LEFT JOIN programs_campaign touched_by ON touched_by.id = f.touch_campaign_id\n"),
    ),
    "source": CutSql(
        sql.SQL("toucher.source"), sql.SQL("LEFT JOIN leads_lead toucher ON toucher.id = f.touching_id\n")
    ),
}


def touch_cut(name: str, at: sql.Composable) -> CutSql:
    """A cut of a touch of a deal."""
    return OWN_CUTS.get(name) or deal_cut(name, at)


def credit_lines(asked: Asked) -> Statement:
    """The lines of what touches are credited with, by the model in force at `as_of` (at most now) and by each of the others."""
    params = asked.params
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.at"), touch_cut)
    usual = attribution_in_force(min(params.as_of, params.computed_at)).terms.default_model
    wanted = [row for row in _measures(usual) if asked.wants(row[0])]
    happened = {what for _key, what, *_rest in wanted}
    measures: list[sql.Composable] = [
        sql.SQL(MEASURE).format(key=sql.Literal(key), value=sql.SQL(value), there=sql.SQL(there))
        for key, _what, value, there in wanted
    ] or [sql.SQL("(''::text, 0::numeric, false)")]
    credits_of = sql.SQL(", ").join(
        sql.SQL("c.{share}, c.{amount}").format(
            share=sql.Identifier(f"share_{model}"), amount=sql.Identifier(f"amount_{model}")
        )
        for model in MODELS
    )
    ctes = sql.SQL("WITH " + DEALS.format(among=AMONG if asked.subjects is not None else "") + "," + TOUCHES).format(
        credits=credits_of,
        table=_table(asked, happened),
        columns=columns,
        lead=sql.SQL(LEAD),
        joins=joins,
        conditions=conditions,
    )
    cuts = sql.Composed(sql.SQL(", f.{}").format(sql.Identifier(f"cut_{n}")) for n in range(1, len(params.by) + 1))
    more = {"subjects": list(asked.subjects or ()), "happened": sorted(happened)}
    return Statement(
        ctes,
        sql.SQL(LINES).format(cuts=cuts, measures=sql.SQL(", ").join(measures)),
        {**base_values(params, asked.user), **values, **money_values(), **more, "whole": WHOLE},
    )


def _table(asked: Asked, happened: set[str]) -> sql.Identifier:
    """Kept credits for what is kept of deals, of some or with what is still to come; else those that answer the question, up to when
    its leads have won."""
    params = asked.params
    if asked.subjects is not None or (asked.user is None and params.as_of > params.computed_at):
        return sql.Identifier(TABLE)
    until = params.end + params.window if CAME in happened else params.end
    return credit_table(replace(params, end=until), asked.user)


def _measures(usual: str) -> Iterator[tuple[str, str, str, str]]:
    """Each measure, with what has to happen, its value and where it is there."""
    touched = "f.activity_id IS NOT NULL AND f.share_{model} <> 0 AND f.happened = '{happened}'"
    share = f"f.share_{usual} / %(whole)s::numeric"
    yield "credited_wins", "won", share, touched.format(model=usual, happened="won")
    yield "credited_wins_of_leads", CAME, share, touched.format(model=usual, happened=CAME)
    for suffix, model in (("", usual), *((f".{model}", model) for model in MODELS)):
        amount = f"f.amount_{model} * %(money_unit)s"
        priced = " AND f.amount IS NOT NULL"
        yield f"credited_revenue{suffix}", "won", amount, touched.format(model=model, happened="won") + priced
        yield f"credited_pipeline{suffix}", "opened", amount, touched.format(model=model, happened="opened") + priced
        nobody = "f.activity_id IS NULL AND f.happened = 'won'"
        yield f"no_touch_revenue{suffix}", "won", amount, nobody + priced

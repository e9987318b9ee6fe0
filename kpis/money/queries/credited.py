"""What were marketing's touches credited with? The lines of the family `credits`.

Grain: one line a touch of a deal and measure; a deal without touches has one of "no touch". Clock: closed_at for what was won,
opened_at for pipeline, and the creation of the deal's lead for what its leads won within the window. Cuts: campaign and channel are
the touch's, source is that of the lead that touched, everything else is the deal's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from psycopg2 import sql

from alignment.unpivot import unpivot, unpivot_composed
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

MOMENTS = unpivot(
    [
        "'won'::text, c.won_at",
        "'opened'::text, c.opened_at",
        "'came'::text, CASE WHEN c.won_at <= of.created_at + %(window)s THEN of.created_at END",
    ]
)

TOUCHES = """
touches AS (
    SELECT d.*, c.id AS touch_id, c.activity_id, c.lead_id AS touching_id, c.channel AS touch_channel,
           c.campaign_id AS touch_campaign_id, m.happened, m.at, c.won_at,
           {credits}
    FROM deals d JOIN {table} c ON c.deal_id = d.id LEFT JOIN leads_lead of ON of.id = d.lead_id
    CROSS JOIN LATERAL {moments} AS m(happened, at)
    WHERE m.at >= %(start)s AND m.at < %(end)s AND m.at <= %(as_of)s AND m.happened = ANY(%(happened)s)
),
cut AS (
    SELECT f.*{columns} FROM touches f {lead}{joins} WHERE true{conditions}
), """

LINES = """
SELECT m.measure, f.touch_id AS line_id, f.id AS subject_id, coalesce(f.touching_id, f.lead_id) AS lead_id, f.at,
       CASE WHEN f.happened = 'came' THEN f.at + %(window)s ELSE f.at END AS counts_from, m.value{cuts}
FROM cut f CROSS JOIN LATERAL {measures} AS m(measure, value, is_there)
WHERE m.is_there
"""

ADDED_UP = """
summed AS (
    SELECT f.id, f.happened, f.at, f.amount IS NOT NULL AS priced, f.activity_id IS NULL AS nobody{columns},
           sum(f.{usual}) FILTER (WHERE f.activity_id IS NOT NULL) AS share, {sums}
    FROM cut f GROUP BY f.id, f.happened, f.at, f.amount IS NOT NULL, f.activity_id IS NULL{columns}
), """
"""The touches of a deal that fall into the same groups, before there are lines of each measure: a tenth of the rows."""

OF_A_MODEL = """count(*) FILTER (WHERE {counts}) AS {n}, count(f.{amount}) FILTER (WHERE {counts}) AS {known},
           sum(f.{amount}) FILTER (WHERE {counts}) AS {total}"""
COUNTS = "f.activity_id IS NULL OR f.{share} <> 0"

SUMS = """
SELECT m.measure, f.id AS subject_id, f.at, CASE WHEN f.happened = 'came' THEN f.at + %(window)s ELSE f.at END AS counts_from,
       m.lines, m.lines - m.known AS unknown, coalesce(m.value, 0) AS total{cuts}
FROM summed f CROSS JOIN LATERAL {measures} AS m(measure, lines, known, value, is_there)
WHERE m.is_there AND m.lines > 0
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
}


def touch_cut(name: str, at: sql.Composable) -> CutSql:
    """A cut of a touch of a deal."""
    return OWN_CUTS.get(name) or deal_cut(name, at)


def credit_lines(asked: Asked) -> Statement:
    """The lines of what touches are credited with, by the model in force at `as_of` (at most now) and by each of the others."""
    wanted = _wanted(asked)
    measures: list[sql.Composable] = [
        sql.SQL("{}::text, {}, {}").format(sql.Literal(one.key), sql.SQL(one.value), sql.SQL(one.there))
        for one in wanted
    ] or [sql.SQL("''::text, 0::numeric, false")]
    return _statement(asked, wanted, LINES, measures)


def credit_sums(asked: Asked) -> Statement:
    """The same lines, those of a deal that fall into the same groups added up."""
    wanted = _wanted(asked)
    measures: list[sql.Composable] = [
        sql.SQL("{}::text, {}, {}, {}, {}").format(sql.Literal(one.key), *map(sql.SQL, one.summed)) for one in wanted
    ] or [sql.SQL("''::text, 0::bigint, 0::bigint, 0::numeric, false")]
    return _statement(asked, wanted, SUMS, measures, between=ADDED_UP)


def _statement(
    asked: Asked, wanted: Sequence[_Measure], select: str, measures: Sequence[sql.Composable], *, between: str = ""
) -> Statement:
    params = asked.params
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.at"), touch_cut)
    happened = {one.happened for one in wanted}
    credits_of = sql.SQL(", ").join(
        sql.SQL("c.{share}, c.{amount}").format(
            share=sql.Identifier(f"share_{model}"), amount=sql.Identifier(f"amount_{model}")
        )
        for model in MODELS
    )
    cuts = sql.Composed(sql.SQL(", f.{}").format(sql.Identifier(f"cut_{n}")) for n in range(1, len(params.by) + 1))
    ctes = sql.SQL("WITH " + DEALS.format(among=AMONG if asked.subjects is not None else "") + "," + TOUCHES).format(
        credits=credits_of,
        table=_table(asked, happened),
        moments=sql.SQL(MOMENTS),
        columns=columns,
        lead=sql.SQL(LEAD),
        joins=joins,
        conditions=conditions,
    ) + sql.SQL(between).format(
        columns=cuts,
        usual=sql.Identifier(f"share_{_usual(asked)}"),
        sums=sql.SQL(",\n           ").join(map(_sums_of, MODELS)),
    )
    more = {"subjects": list(asked.subjects or ()), "happened": sorted(happened)}
    return Statement(
        ctes,
        sql.SQL(select).format(cuts=cuts, measures=unpivot_composed(measures)),
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


@dataclass(frozen=True)
class _Measure:
    """A measure: what has to happen, of a touch its value and where it is a line; `summed` of touches added up how many lines there are,
    of how many the value is known, what these add up to, and where there are any.
    """

    key: str
    happened: str
    value: str
    there: str
    summed: tuple[str, str, str, str]


def _usual(asked: Asked) -> str:
    return attribution_in_force(min(asked.params.as_of, asked.params.computed_at)).terms.default_model


def _wanted(asked: Asked) -> list[_Measure]:
    return [one for one in _measures(_usual(asked)) if asked.wants(one.key)]


def _measures(usual: str) -> Iterator[_Measure]:
    yield _share("credited_wins", "won", usual)
    yield _share("credited_wins_of_leads", CAME, usual)
    for suffix, model in (("", usual), *((f".{model}", model) for model in MODELS)):
        yield _amount(f"credited_revenue{suffix}", "won", model, touched=True)
        yield _amount(f"credited_pipeline{suffix}", "opened", model, touched=True)
        yield _amount(f"no_touch_revenue{suffix}", "won", model, touched=False)


def _share(key: str, happened: str, model: str) -> _Measure:
    here = f"f.happened = '{happened}'"
    return _Measure(
        key,
        happened,
        f"f.share_{model} / %(whole)s::numeric",
        f"f.activity_id IS NOT NULL AND f.share_{model} <> 0 AND {here}",
        (f"f.n_{model}", f"f.n_{model}", "f.share / %(whole)s::numeric", f"NOT f.nobody AND {here}"),
    )


def _amount(key: str, happened: str, model: str, *, touched: bool) -> _Measure:
    here = f"f.happened = '{happened}'"
    counts = f"f.activity_id IS NOT NULL AND f.share_{model} <> 0" if touched else "f.activity_id IS NULL"
    whose = "NOT f.nobody" if touched else "f.nobody"
    return _Measure(
        key,
        happened,
        f"f.amount_{model} * %(money_unit)s",
        f"{counts} AND {here} AND f.amount IS NOT NULL",
        (f"f.n_{model}", f"f.known_{model}", f"f.total_{model} * %(money_unit)s", f"{whose} AND {here} AND f.priced"),
    )


def _sums_of(model: str) -> sql.Composed:
    names = {name: sql.Identifier(f"{name}_{model}") for name in ("n", "known", "total", "share", "amount")}
    return sql.SQL(OF_A_MODEL).format(counts=sql.SQL(COUNTS).format(**names), **names)

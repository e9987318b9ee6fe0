"""What was opened, won and lost, for how much? The lines of the families `deals` and `customers`.

Grain: one line a deal and measure. Clock: opened_at for what was opened, closed_at for what was won or lost; amounts at the rate of
that day. A deal without an amount is a deal, and has no line in sums of amounts. No index: deals are read whole.
"""

from __future__ import annotations

from psycopg2 import sql

from alignment.unpivot import unpivot
from kpis.metrics.declaring import Asked, Statement
from kpis.money.queries.counted import AMONG, AMONG_THEIR_CUSTOMERS, DEALS, LEAD, deal_cut
from kpis.money.queries.rounding import day_sql, half_even_sql, money_values, rated_sql
from kpis.reports.cohorts import base_values, cut_parts

AMOUNT = half_even_sql("f.amount", "rated.rate")
RATED = rated_sql("f.currency", day_sql("f.at"))
OPENED_AND_ENDED = unpivot(["true, d.opened_at", "false, d.ended_at"])

MOMENTS = """
moments AS (
    SELECT d.*, m.is_opening, m.at FROM deals d
    CROSS JOIN LATERAL {moments} AS m(is_opening, at)
    WHERE m.at >= %(start)s AND m.at < %(end)s AND m.at <= %(as_of)s
),
cut AS (
    SELECT f.*, {amount} AS money{columns}
    FROM moments f {rated} {lead}{joins}
    WHERE true{conditions}
), """

DEAL_MEASURES = {
    "opportunities": ("1::numeric", "f.is_opening"),
    "pipeline_created": ("f.money", "f.is_opening AND f.amount IS NOT NULL"),
    "opened_without_amount": ("1::numeric", "f.is_opening AND f.amount IS NULL"),
    "won_deals": ("1::numeric", "NOT f.is_opening AND f.status = 'won'"),
    "won_revenue": ("f.money", "NOT f.is_opening AND f.status = 'won' AND f.amount IS NOT NULL"),
    "deals_with_amount": ("1::numeric", "NOT f.is_opening AND f.status = 'won' AND f.amount IS NOT NULL"),
    "won_without_amount": ("1::numeric", "NOT f.is_opening AND f.status = 'won' AND f.amount IS NULL"),
    "lost_deals": ("1::numeric", "NOT f.is_opening AND f.status = 'lost'"),
    "closed_deals": ("1::numeric", "NOT f.is_opening"),
    "upsell_wins": ("1::numeric", "NOT f.is_opening AND f.status = 'won' AND f.kind = 'upsell'"),
}
"""By measure its value, and which moments of deals have it."""

DEAL_LINES = f"""
SELECT m.measure, f.id AS line_id, f.id AS subject_id, f.lead_id, f.at, f.at AS counts_from, m.value{{cuts}}
FROM cut f CROSS JOIN LATERAL {unpivot(f"'{measure}'::text, {value}, {there}" for measure, (value, there) in DEAL_MEASURES.items())}
    AS m(measure, value, is_there)
WHERE m.is_there AND (%(measures)s::text[] IS NULL OR m.measure = ANY(%(measures)s))
"""

WINS = """
wins AS (
    SELECT d.*, d.ended_at AS at, row_number() OVER customer AS nth, lead(d.ended_at) OVER customer AS again_at
    FROM deals d WHERE d.status = 'won'
    WINDOW customer AS (PARTITION BY d.customer ORDER BY d.ended_at, d.id)
),
cut AS (
    SELECT f.*{columns} FROM wins f {lead}{joins}
    WHERE f.nth <= 2 AND f.at >= %(start)s AND f.at < %(end)s AND f.at <= %(as_of)s{among}{conditions}
), """
"""The first and second win of each customer: a company; without one the lead; without either the deal alone."""

YEAR = "interval '8760 hours'"
"""365 × 24 h: how long a customer has to come back to count as kept."""

CUSTOMER_MEASURES = {
    "first_wins": ("false", "f.nth = 1"),
    "repeat_wins": ("false", "f.nth = 2"),
    "customers_to_keep": ("true", "f.nth = 1"),
    "customers_kept": ("true", f"f.nth = 1 AND f.again_at <= f.at + {YEAR}"),
}
"""By measure whether it waits for a year to pass, and which wins have it."""

CUSTOMER_LINES = f"""
SELECT m.measure, f.id AS line_id, f.id AS subject_id, f.lead_id, f.at,
       CASE WHEN m.waits THEN f.at + {YEAR} ELSE f.at END AS counts_from, 1::numeric AS value{{cuts}}
FROM cut f CROSS JOIN LATERAL {unpivot(f"'{measure}'::text, {waits}, {there}" for measure, (waits, there) in CUSTOMER_MEASURES.items())}
    AS m(measure, waits, is_there)
WHERE m.is_there AND (%(measures)s::text[] IS NULL OR m.measure = ANY(%(measures)s))
"""

AMONG_LINES = " AND f.id = ANY(%(subjects)s::bigint[])"


def deal_lines(asked: Asked) -> Statement:
    """The lines of what was opened, won and lost."""
    return _statement(
        asked,
        AMONG,
        MOMENTS.replace("{moments}", OPENED_AND_ENDED).replace("{amount}", AMOUNT).replace("{rated}", RATED),
        DEAL_LINES,
    )


def customer_lines(asked: Asked) -> Statement:
    """The lines of first and second wins. Of a deal that changes, those of its customer's other deals may change as well."""
    return _statement(asked, AMONG_THEIR_CUSTOMERS, WINS, CUSTOMER_LINES)


def _statement(asked: Asked, among: str, ground: str, select: str) -> Statement:
    params = asked.params
    columns, joins, conditions, values = cut_parts(params, sql.SQL("f.at"), deal_cut)
    only = asked.subjects is not None
    ctes = sql.SQL("WITH " + DEALS.format(among=among if only else "") + "," + ground).format(
        columns=columns,
        lead=sql.SQL(LEAD),
        joins=joins,
        conditions=conditions,
        among=sql.SQL(AMONG_LINES if only else ""),
    )
    cuts = sql.Composed(sql.SQL(", f.{}").format(sql.Identifier(f"cut_{n}")) for n in range(1, len(params.by) + 1))
    more = {
        "subjects": list(asked.subjects or ()),
        "measures": None if asked.measures is None else sorted(asked.measures),
    }
    all_values = {**base_values(params, asked.user), **values, **money_values(), **more}
    return Statement(ctes, sql.SQL(select).format(cuts=cuts), all_values)

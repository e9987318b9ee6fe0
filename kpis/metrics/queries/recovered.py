"""Which wins came from leads that had leaked shortly before, and what did they bring?

Grain: one line a won deal, the lines of won revenue whose lead had a leak that closed in the 90 d up to the win. Clock: closed_at.
Index: leak_once.
"""

from __future__ import annotations

from dataclasses import replace

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.leaks import leaks_there
from kpis.money.families import DEALS

WON = "won_revenue"

CLOSED = "closed_leaks AS ({leaks} SELECT k.lead_id, k.until FROM {table} k WHERE k.until IS NOT NULL), "

AFTER_A_LEAK = """
SELECT 'value_recovered' AS measure, w.line_id, w.subject_id, w.lead_id, w.at, w.counts_from, w.value{cuts}
FROM ({won}) w
WHERE w.measure = 'won_revenue' AND EXISTS (
    SELECT FROM closed_leaks k WHERE k.lead_id = w.lead_id AND k.until <= w.at AND k.until > w.at - interval '2160 hours')
"""


def lines(asked: Asked) -> Statement:
    """Those of the lines of won revenue."""
    won = DEALS.lines(replace(asked, measures=frozenset([WON])))
    there = leaks_there(replace(asked, subjects=None))
    cuts = sql.SQL("").join(
        sql.SQL(", w.{}").format(sql.Identifier(f"cut_{n}")) for n, _ in enumerate(asked.params.by, 1)
    )
    ctes = won.ctes + sql.SQL(CLOSED).format(leaks=there.query, table=there.table)
    return Statement(ctes, sql.SQL(AFTER_A_LEAK).format(won=won.select, cuts=cuts), {**there.values, **won.values})


def _unknown(asked: Asked, _measure: str) -> str | None:
    return DEALS.unknown(replace(asked, measures=frozenset([WON])), WON) if DEALS.unknown else None


RECOVERED = Family("recovered", Subject.DEAL, lines, _unknown)

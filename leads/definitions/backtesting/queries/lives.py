"""When would these leads have qualified, and what became of them?

Grain: one row a lead given. Clock: for qualifying, what was known then (`BACKTEST`) and nothing at or after `end`; for what became
of a lead, all that is known now. Uses activity_order and consent_order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from leads.definitions.backtesting.queries.journeys import journeys
from leads.definitions.compiling.activities import BACKTEST
from leads.definitions.compiling.statements import Statement
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet

INSTANT = timedelta(microseconds=1)

SINCE = Statement(sql.SQL("SELECT unnest(%(q_ids)s::bigint[]) AS lead_id, %(q_since)s::timestamptz AS since"), {})
EVER = Statement(sql.SQL("SELECT unnest(%(q_ids)s::bigint[]) AS lead_id, '-infinity'::timestamptz AS since"), {})

MEETING = "SELECT lead_id FROM ({moments}) t WHERE at IS NOT NULL ORDER BY lead_id"

NOBODY = "SELECT NULL::bigint AS lead_id, NULL::timestamptz AS at WHERE false"

KEEP = """
{ctes} judged AS MATERIALIZED (
    SELECT t.lead_id, t.at AS this_at, o.at AS other_at FROM ({this}) t LEFT JOIN ({other}) o ON o.lead_id = t.lead_id
),
lives AS (
    SELECT j.lead_id, {began} AS began_at, {worked} AS worked_at, {won} AS won_at,
           CASE WHEN ({won} <= j.this_at) IS NOT TRUE THEN j.this_at END AS this_at,
           CASE WHEN ({won} <= j.other_at) IS NOT TRUE THEN j.other_at END AS other_at,
           CASE WHEN {won} <= j.this_at AND j.this_at >= %(q_start)s THEN j.this_at END AS customer_at,
           coalesce(s.category IN ('lost', 'disqualified'), false) AS lost
    FROM judged j JOIN leads_lead l ON l.id = j.lead_id
    LEFT JOIN {table} p ON p.lead_id = j.lead_id
    LEFT JOIN leads_stage s ON s.version_id = %(version)s AND s.key = l.stage
)
INSERT INTO leads_backtestlead
    (backtest_id, lead_id, this_at, other_at, customer_at, began_at, worked_at, won_at, lost)
SELECT %(q_backtest)s, lead_id, this_at, other_at, customer_at, began_at, worked_at, won_at, lost FROM lives
WHERE this_at >= %(q_start)s OR other_at >= %(q_start)s OR customer_at IS NOT NULL
   OR won_at >= %(q_start)s AND won_at < %(q_end)s
ORDER BY lead_id
ON CONFLICT (backtest_id, lead_id) DO NOTHING
"""

AS_ASKED = "SET LOCAL jit = off"


def meeting(definition: LeadDefinition, ids: list[int], start: datetime, end: datetime) -> list[int]:
    """Those of these leads for which the definition held at some moment of [start, end)."""
    found = first_moments(definition, SINCE, end - INSTANT, knowledge=BACKTEST)
    values = {**found.values, "q_ids": ids, "q_since": start}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AS_ASKED)
        cursor.execute(sql.SQL(MEETING).format(moments=found.text), values)
        return [row[0] for row in cursor.fetchall()]


def keep(
    backtest_id: int,
    definition: LeadDefinition,
    against: LeadDefinition | None,
    ids: list[int],
    stages: StageSet,
    start: datetime,
    end: datetime,
) -> None:
    """Write down when each of these leads would first have qualified, and what became of it, where a list may name it."""
    this = first_moments(definition, EVER, end - INSTANT, knowledge=BACKTEST)
    other = first_moments(against, EVER, end - INSTANT, knowledge=BACKTEST, prefix="o") if against else None
    ways = journeys(stages, ids)
    text = sql.SQL(KEEP).format(
        ctes=ways.ctes, table=ways.table, began=ways.began, worked=ways.worked, won=ways.won,
        this=this.text, other=other.text if other else sql.SQL(NOBODY),
    )  # fmt: skip
    values: dict[str, Any] = {
        **this.values, **(other.values if other else {}), **ways.values,
        "q_ids": ids, "q_backtest": backtest_id, "q_start": start, "q_end": end,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AS_ASKED)
        cursor.execute(text, values)

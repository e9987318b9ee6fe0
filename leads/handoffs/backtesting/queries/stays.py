"""Which leads stood where a rule begins, from when to when, and when did each first meet criteria while it stood there?

Grain: one row a stay; a lead may stand there in several. Clock: as a backtest knows: an imported move from its own `at`, and one that
an agreement made; others from their recording. Leads that count only. Uses stay_by_at, activity_order and consent_order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from psycopg2 import sql

from leads.definitions.backtesting.queries.lives import AS_ASKED, INSTANT
from leads.definitions.compiling.activities import BACKTEST
from leads.definitions.compiling.statements import Statement
from leads.definitions.queries.everybody import COUNTED
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition

STAYS = f"""
WITH stays AS (
    SELECT s.lead_id, s.change_id, s.until, s.pass_number,
           CASE WHEN c.import_id IS NOT NULL OR c.agreement_version_id IS NOT NULL THEN s.at ELSE greatest(s.at, c.recorded_at) END AS since
    FROM leads_stay s JOIN leads_stagechange c ON c.id = s.change_id JOIN leads_lead l ON l.id = s.lead_id
    WHERE s.stage = ANY(%(stages)s::text[]) AND s.at < %(end)s AND (s.until IS NULL OR s.until > %(start)s) AND {COUNTED}
)
SELECT change_id, lead_id, since, until, pass_number, row_number() OVER (PARTITION BY lead_id ORDER BY since, change_id)
FROM stays WHERE since < %(end)s AND (until IS NULL OR until > since) ORDER BY since, change_id
"""

ASKED = "SELECT * FROM unnest(%(q_leads)s::bigint[], %(q_since)s::timestamptz[]) AS asked(lead_id, since)"

MOMENTS = "SELECT lead_id, at FROM ({moments}) t WHERE at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a lead, the `turn`-th that is looked at; `until` None: it lasts."""

    id: int
    lead_id: int
    since: datetime
    until: datetime | None
    pass_number: int
    turn: int


def stays(stages: Sequence[str], start: datetime, end: datetime) -> list[Stay]:
    """Every stay in the stage of these keys that touches [start, end)."""
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"stages": list(stages), "start": start, "end": end})
        return [Stay(*row) for row in cursor.fetchall()]


def first_met(definition: LeadDefinition, asked: Sequence[Stay], end: datetime) -> Mapping[int, datetime]:
    """By stay, when its lead first met the definition from its beginning on, before `end`; each lead stands there once."""
    found = first_moments(definition, Statement(sql.SQL(ASKED), {}), end - INSTANT, knowledge=BACKTEST)
    values = {
        **found.values,
        "q_leads": [one.lead_id for one in asked],
        "q_since": [one.since for one in asked],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AS_ASKED)
        cursor.execute(sql.SQL(MOMENTS).format(moments=found.text), values)
        moments = dict(cursor.fetchall())
    return {one.id: moments[one.lead_id] for one in asked if one.lead_id in moments}

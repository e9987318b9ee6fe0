"""Of which leads is it known by now whether they are won, and at which moment is each looked at?

Grain: one row a lead. Clock: all that is known now. Tests, merged and erased leads are left out, and those won before they could be
looked at. Always the same leads where there are many: by a hash of the id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg2 import sql

from leads.definitions.backtesting.queries.journeys import journeys
from leads.definitions.backtesting.queries.sampling import IN_SAMPLE
from leads.definitions.queries.everybody import COUNTED
from leads.funnel.stage_sets import StageSet

PEOPLE = f"""
{{ctes}} people AS (
    SELECT l.id, {{began}} + %(delay)s AS at, coalesce({{won}} <= {{began}} + %(wait)s, false) AS won,
           coalesce({{won}} <= {{began}} + %(delay)s, false) AS at_once
    FROM {{table}} p JOIN leads_lead l ON l.id = p.lead_id
    WHERE {{began}} + greatest(%(wait)s, %(delay)s) <= %(now)s AND l.created_at <= {{began}} + %(delay)s
      AND {COUNTED} AND {IN_SAMPLE}
)
SELECT id, at, won, at_once FROM people ORDER BY id
"""


@dataclass(frozen=True)
class Person:
    """A lead, the moment at which it is looked at, and whether it was won in time."""

    lead_id: int
    at: datetime
    won: bool


@dataclass(frozen=True)
class People:
    """Those to learn from; `at_once` others were won before they could be looked at."""

    people: Sequence[Person]
    at_once: int


def people(stages: StageSet, *, wait: timedelta, delay: timedelta, now: datetime, per_million: int | None) -> People:
    """Leads that have had `wait` to be won since the first stage, each looked at `delay` after it."""
    ways = journeys(stages)
    text = sql.SQL(PEOPLE).format(ctes=ways.ctes, table=ways.table, began=ways.began, won=ways.won)
    values: dict[str, Any] = {**ways.values, "wait": wait, "delay": delay, "now": now, "per_million": per_million}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows = cursor.fetchall()
    found = [Person(lead_id, at, won) for lead_id, at, won, at_once in rows if not at_once]
    return People(found, len(rows) - len(found))

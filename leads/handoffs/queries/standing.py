"""How many leads stand in these stages now, and how many of them meet a rule's criteria?

Grain: one row. Clock: stages as they are, facts known by `at`. Leads that count only. With `per_million` so many of a million of
them are looked at, always the same ones; uses activity_order, so that the cost is that of the leads looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg2 import sql

from leads.definitions.backtesting.queries.sampling import IN_SAMPLE
from leads.definitions.compiling.statements import Statement, Value
from leads.definitions.queries.everybody import COUNTED
from leads.definitions.queries.moments import held
from leads.definitions.terms import LeadDefinition

STAND = f"SELECT count(*) FROM leads_lead l WHERE {COUNTED} AND l.stage = ANY(%(stages)s::text[])"

LOOKED_AT = f"""
SELECT l.id AS lead_id, %(at)s::timestamptz AS at FROM leads_lead l
WHERE {COUNTED} AND l.stage = ANY(%(stages)s::text[]) AND {IN_SAMPLE}
"""

MEET = "SELECT count(*), count(*) FILTER (WHERE held) FROM ({this}) t"


@dataclass(frozen=True)
class Standing:
    """Of so many leads looked at so many meet it."""

    looked_at: int
    meet: int


def count_standing(stages: Sequence[str]) -> int:
    """How many stand there."""
    with connection.cursor() as cursor:
        cursor.execute(STAND, {"stages": list(stages)})
        return int(cursor.fetchone()[0])


def count_meeting(
    definition: LeadDefinition, stages: Sequence[str], at: datetime, per_million: int | None = None
) -> Standing:
    """How many of those looked at meet it."""
    values: dict[str, Value] = {"stages": list(stages), "at": at, "per_million": per_million}
    this = held(definition, Statement(sql.SQL(LOOKED_AT), values))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(MEET).format(this=this.text), this.values)
        return Standing(*cursor.fetchone())

"""Who meets a rule's criteria at an instant, when may the others, and since when did those?

Grain: one row a lead given. Clock: what was known at each moment. The cost is that of the leads asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.statements import Statement, Value
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition
from leads.handoffs.terms import HandoffRule

ASKED = "SELECT * FROM unnest(%(r_leads)s::bigint[], %(r_since)s::timestamptz[]) AS asked(lead_id, since)"


def meets_now(rule: HandoffRule, lead_ids: Sequence[int], now: datetime) -> dict[int, tuple[bool, datetime | None]]:
    """Of each lead whether it meets the criteria at `now`, and if not, at which later moment it may without anything recorded."""
    found = _first(rule, dict.fromkeys(lead_ids, now), now)
    return {lead: (at is not None, next_at) for lead, at, next_at in found}


def first_met(rule: HandoffRule, since: Mapping[int, datetime], now: datetime) -> dict[int, datetime]:
    """Of each lead the earliest moment from its `since` on up to `now` at which the criteria held, by what was known then."""
    return {lead: at for lead, at, _next_at in _first(rule, since, now) if at is not None}


def _first(
    rule: HandoffRule, since: Mapping[int, datetime], now: datetime
) -> list[tuple[int, datetime | None, datetime | None]]:
    values: dict[str, Value] = {"r_leads": list(since), "r_since": list(since.values())}
    asked = first_moments(LeadDefinition(criteria=rule.criteria), Statement(sql.SQL(ASKED), values), now)
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.values)
        return list(cursor.fetchall())

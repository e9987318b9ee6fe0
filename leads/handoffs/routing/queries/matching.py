"""Who meets a rule's criteria at an instant, when may the others, and since when did those?

Grain: one row a lead given. Clock: what was known at each moment. The cost is that of the leads asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import connection
from psycopg2 import sql

from alignment.clock import BEGINNING
from leads.definitions.compiling.statements import Statement, Value
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import LeadDefinition
from leads.handoffs.terms import HandoffRule

ASKED = "SELECT * FROM unnest(%(r_leads)s::bigint[], %(r_since)s::timestamptz[]) AS asked(lead_id, since)"


@dataclass(frozen=True)
class Meets:
    """Whether a lead meets the criteria now; if so, the earliest moment at which they held, else at which later moment they may without
    anything recorded.
    """

    now: bool
    first_at: datetime | None
    next_at: datetime | None


def meets(rule: HandoffRule, since: Mapping[int, datetime], now: datetime) -> dict[int, Meets]:
    """Of each lead whether it meets the rule's criteria now, by what was known at each moment, and since when: from its `since` on."""
    asked = _compiled(_Criteria(rule.criteria.model_dump_json(), rule))
    values: dict[str, Value] = {**asked.values, **dict.fromkeys(asked.until, now)}
    with connection.cursor() as cursor:
        cursor.execute(asked.text, {**values, "r_leads": list(since), "r_since": list(since.values())})
        return {lead: Meets(held, at, next_at) for lead, at, next_at, held in cursor.fetchall()}


@dataclass(frozen=True)
class _Criteria:
    """Criteria, told apart by their wording."""

    wording: str
    rule: HandoffRule = field(compare=False)


@dataclass(frozen=True)
class _Compiled:
    """The statement, its values, and the names of those that stand for the instant asked about."""

    text: str
    values: Mapping[str, Value]
    until: Sequence[str]


@lru_cache(maxsize=256)
def _compiled(criteria: _Criteria) -> _Compiled:
    """Put together once: for a single lead that takes longer than the database needs."""
    definition = LeadDefinition(criteria=criteria.rule.criteria)
    found = first_moments(definition, Statement(sql.SQL(ASKED), {}), BEGINNING, at_the_end=True)
    with connection.cursor() as cursor:
        text = found.text.as_string(cursor.cursor)
    return _Compiled(text, found.values, [name for name, value in found.values.items() if value == BEGINNING])

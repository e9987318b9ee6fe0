"""How many leads that stand in these stages, or in none, meet a definition at an instant? Asked before both sides sign it.

Grain: one row. Clock: facts known by then, fields and stages as they are now. Exactly, or among leads drawn by id; indexes as
`counts` has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from leads.definitions.compiling.statements import Statement, Values, part
from leads.definitions.queries.counts import drawn
from leads.definitions.queries.everybody import meeting
from leads.definitions.queries.moments import held
from leads.definitions.terms import LeadDefinition

STANDS = "(l.stage IS NULL OR l.stage = ANY({}::text[]))"

EXACTLY = "SELECT count(*), count(*) FROM ({this}) t JOIN leads_lead l ON l.id = t.id WHERE {stands}"

SAMPLED = """
SELECT count(*), count(*) FILTER (WHERE t.held AND {stands}) FROM ({this}) t JOIN leads_lead l ON l.id = t.lead_id
"""


@dataclass(frozen=True)
class Below:
    """Of so many leads looked at so many stand there and meet it; counted exactly, these are the same."""

    looked_at: int
    meet: int


def count_below(definition: LeadDefinition, stages: Sequence[str], at: datetime) -> Below:
    """Every lead looked at. The caller holds a transaction."""
    with hashed_joins(roomy=True):
        return _ask(EXACTLY, meeting(definition, at), stages)


def sample_below(definition: LeadDefinition, stages: Sequence[str], at: datetime, draws: int) -> Below:
    """So many ids drawn; those that are leads that count are looked at."""
    return _ask(SAMPLED, held(definition, drawn(at, draws)), stages)


def _ask(text: str, this: Statement, stages: Sequence[str]) -> Below:
    values = Values("b")
    stands = part(STANDS, values.add(list(stages)))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(this=this.text, stands=stands), {**this.values, **values.given})
        return Below(*cursor.fetchone())

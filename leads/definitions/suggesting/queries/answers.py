"""Which of these conditions hold for these leads, each at its moment? By the compiler of definitions, so that learning sees nothing
that a definition would not.

Grain: one row a lead. Clock: what was known at the moment, as a backtest knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from leads.definitions.compiling.activities import BACKTEST
from leads.definitions.compiling.conditions import Writer
from leads.definitions.compiling.sources import Moments
from leads.definitions.compiling.statements import Values
from leads.definitions.suggesting.queries.people import Person
from leads.definitions.terms import Condition, LeadDefinition

ANSWERS = """
SELECT ARRAY[{verdicts}]::boolean[]
FROM (SELECT * FROM unnest(%(q_ids)s::bigint[], %(q_at)s::timestamptz[]) g(lead_id, at)) m JOIN leads_lead l ON l.id = m.lead_id
{joins}
ORDER BY l.id
"""


def answers(
    conditions: Sequence[Condition], people: Sequence[Person], scored_by: LeadDefinition | None = None
) -> list[list[bool]]:
    """One list a lead, in order of their ids; one answer a condition. `scored_by`: whose scores conditions on scores ask about."""
    source = Moments(sql.SQL("m.at"), Values(), BACKTEST)
    scores = {"fit": scored_by.fit, "engagement": scored_by.engagement} if scored_by else {}
    definitions = [LeadDefinition(criteria=one).model_copy(update=scores) for one in conditions]
    verdicts = [Writer(one, source).verdict() for one in definitions]
    text = sql.SQL(ANSWERS).format(verdicts=sql.SQL(", ").join(verdicts), joins=source.joins())
    moments: dict[str, Any] = {"q_ids": [one.lead_id for one in people], "q_at": [one.at for one in people]}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(text, source.values.given | moments)
        return [row[0] for row in cursor.fetchall()]

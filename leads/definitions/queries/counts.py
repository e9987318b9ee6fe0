"""How many leads meet a definition at an instant, and how many meet one and not the other?

Grain: one row. Clock: facts known by then. Exactly: every lead that counts (index activity_by_kind). On a sample: leads drawn by
id, always the same ones, so that the cost does not grow with the base (index activity_order).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from leads.definitions.compiling.statements import Statement, Values, part
from leads.definitions.queries.everybody import COUNTED, meeting
from leads.definitions.queries.moments import held
from leads.definitions.terms import LeadDefinition

ALL = f"SELECT count(*) FROM leads_lead l WHERE {COUNTED}"

EXACTLY = f"""
WITH this AS ({{this}}), other AS ({{other}})
SELECT ({ALL}), (SELECT count(*) FROM this),
       (SELECT count(*) FROM this WHERE NOT EXISTS (SELECT FROM other WHERE other.id = this.id)),
       (SELECT count(*) FROM other WHERE NOT EXISTS (SELECT FROM this WHERE this.id = other.id))
"""

ONE = f"SELECT ({ALL}), (SELECT count(*) FROM ({{this}}) t), 0, 0"

SAMPLED_ONE = "SELECT count(*), count(*) FILTER (WHERE t.held), 0, 0 FROM ({this}) t"

SAMPLED = """
WITH this AS MATERIALIZED ({this}), other AS MATERIALIZED ({other})
SELECT count(*), count(*) FILTER (WHERE t.held), count(*) FILTER (WHERE t.held AND NOT o.held),
       count(*) FILTER (WHERE o.held AND NOT t.held)
FROM this t LEFT JOIN other o USING (lead_id)
"""

DRAWN = f"""
SELECT l.id AS lead_id, {{at}} AS at
FROM (SELECT min(id) AS low, max(id) - min(id) + 1 AS span FROM leads_lead) ids
CROSS JOIN LATERAL (
    SELECT DISTINCT ids.low + (hashint8extended(n, 20240101) & 9223372036854775807) %% ids.span AS id
    FROM generate_series(1, {{draws}}) n
) d
JOIN leads_lead l ON l.id = d.id
WHERE {COUNTED}
"""

NEWEST = {
    "meets": "SELECT id FROM ({this}) t ORDER BY id DESC LIMIT {limit}",
    "gained": "SELECT id FROM ({this}) t WHERE id NOT IN ({other}) ORDER BY id DESC LIMIT {limit}",
    "lost": "SELECT id FROM ({other}) t WHERE id NOT IN ({this}) ORDER BY id DESC LIMIT {limit}",
}

NOBODY = "SELECT id FROM leads_lead WHERE false"


@dataclass(frozen=True)
class Found:
    """Of so many leads looked at so many meet it; so many only this one, so many only the other."""

    leads: int
    meets: int
    gained: int
    lost: int


def count_everybody(definition: LeadDefinition, against: LeadDefinition | None, at: datetime) -> Found:
    """Every lead looked at. The caller holds a transaction."""
    with hashed_joins(roomy=True):
        return _row(_exactly(definition, against, at))


def count_sample(definition: LeadDefinition, against: LeadDefinition | None, at: datetime, draws: int) -> Found:
    """So many ids drawn; those that are leads that count are looked at."""
    return _row(_on_a_sample(definition, against, at, draws))


def _row(statement: Statement) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return Found(*cursor.fetchone())


def all_leads() -> int:
    """How many leads count."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return int(cursor.fetchone()[0])


def _exactly(definition: LeadDefinition, against: LeadDefinition | None, at: datetime) -> Statement:
    this = meeting(definition, at)
    if against is None:
        return Statement(sql.SQL(ONE).format(this=this.text), this.values)
    other = meeting(against, at, prefix="o")
    return Statement(sql.SQL(EXACTLY).format(this=this.text, other=other.text), {**this.values, **other.values})


def drawn(at: datetime, draws: int) -> Statement:
    """Rows (lead_id, at) of the leads in the sample, always the same ones."""
    values = Values("s")
    text = sql.SQL(DRAWN).format(at=part("{}::timestamptz", values.add(at)), draws=values.add(draws))
    return Statement(text, values.given)


def _on_a_sample(definition: LeadDefinition, against: LeadDefinition | None, at: datetime, draws: int) -> Statement:
    moments = drawn(at, draws)
    this = held(definition, moments)
    if against is None:
        return Statement(sql.SQL(SAMPLED_ONE).format(this=this.text), this.values)
    other = held(against, moments, prefix="o")
    return Statement(sql.SQL(SAMPLED).format(this=this.text, other=other.text), {**this.values, **other.values})


def newest(
    definition: LeadDefinition, against: LeadDefinition | None, at: datetime, group: str, limit: int
) -> list[int]:
    """Ids of the newest leads of a group. The caller holds a transaction."""
    this, values = meeting(definition, at), Values("s")
    other = meeting(against, at, prefix="o") if against else Statement(sql.SQL(NOBODY), {})
    text = sql.SQL(NEWEST[group]).format(this=this.text, other=other.text, limit=values.add(limit))
    with hashed_joins(roomy=True), connection.cursor() as cursor:
        cursor.execute(text, {**this.values, **other.values, **values.given})
        return [row[0] for row in cursor.fetchall()]

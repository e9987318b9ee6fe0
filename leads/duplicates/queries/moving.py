"""Moves rows from one lead to another, and takes out what a merge wrote. Grain: one row of a table. Needs the door of the logs.

Indexes: each table's on its lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from leads.definitions.queries.evaluations import OVERTAKEN_REASON

MOVE = """
UPDATE {table} SET lead_id = %(to)s WHERE lead_id = %(from)s AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
RETURNING id
"""
COUNT = "SELECT count(*) FROM {table} WHERE lead_id = %(lead)s"

FREE_ROWS = """
UPDATE leads_stagechange c SET identity = NULL WHERE c.lead_id = %(other)s AND c.identity IN (
    SELECT s.identity FROM leads_stagechange s WHERE s.lead_id = %(survivor)s)
"""

CLEAR_STAYS = "DELETE FROM leads_stay WHERE lead_id = ANY(%(leads)s::bigint[])"
"""They are keyed by rows of the log, which change their lead: kept anew for both."""

LATEST = """
SELECT (SELECT coalesce(max(id), 0) FROM leads_stagechange), (SELECT coalesce(max(id), 0) FROM leads_stagevoid),
       (SELECT coalesce(max(id), 0) FROM leads_leadvalue)
"""

MADE = """
SELECT ARRAY(SELECT id FROM leads_stagechange WHERE lead_id = %(lead)s AND id > %(changes)s ORDER BY id),
       ARRAY(SELECT v.id FROM leads_stagevoid v JOIN leads_stagechange c ON c.id = v.change_id
             WHERE c.lead_id = %(lead)s AND v.id > %(voids)s ORDER BY v.id),
       ARRAY(SELECT id FROM leads_leadvalue WHERE lead_id = %(lead)s AND id > %(values)s ORDER BY id)
"""

GOING = """
SELECT c.id FROM leads_stagechange c
WHERE c.id = ANY(%(changes)s::bigint[])
   OR (c.lead_id = %(lead)s AND c.id > %(since)s AND c.agreement_version_id IS NOT NULL AND c.cause = %(definition)s)
"""

TAKE_OUT = """
DELETE FROM leads_stay WHERE lead_id IN (%(lead)s, %(other)s);
DELETE FROM leads_stagevoid v WHERE v.id = ANY(%(voids)s::bigint[]) OR v.change_id = ANY(%(going)s::bigint[])
    OR (v.id > %(voids_since)s AND v.reason = %(overtaken)s
        AND v.change_id IN (SELECT id FROM leads_stagechange WHERE lead_id = %(lead)s));
DELETE FROM leads_leadvalue WHERE id = ANY(%(values)s::bigint[]) OR change_id = ANY(%(going)s::bigint[]);
DELETE FROM leads_stagechange WHERE id = ANY(%(going)s::bigint[])
"""
"""What the merge wrote, and what the definitions made of the two as one: moves, and moves taken back since nobody had moved."""

WITH_THEIR_DEALS = """
WITH gone AS (
    UPDATE leads_stagechange c SET lead_id = %(to)s
    WHERE c.lead_id = %(from)s AND c.id > %(since)s AND c.deal_id = ANY(%(deals)s::bigint[]) RETURNING id
)
UPDATE leads_leadvalue v SET lead_id = %(to)s FROM gone WHERE v.change_id = gone.id
"""
"""What deals that go back did to the stage since."""

DEALS_COMPANIES = (
    "SELECT DISTINCT company_id FROM leads_deal WHERE lead_id = ANY(%(leads)s::bigint[]) AND company_id IS NOT NULL"
)

OFFERED = """
UPDATE leads_lead l SET offered_team_id = (
    SELECT h.to_team_id FROM leads_handoff h WHERE h.lead_id = l.id AND h.state = 'offered')
WHERE l.id = ANY(%(leads)s::bigint[])
"""

NOT_JUDGED_BEFORE = """
DELETE FROM leads_evaluation WHERE lead_id = %(other)s;
UPDATE leads_evaluation SET through = greatest(through, %(now)s), next_at = NULL WHERE lead_id = %(survivor)s
"""
"""That the two are one is known from now on: nobody qualifies by it at an earlier moment."""

JUDGE = "INSERT INTO leads_toqualify (lead_id) SELECT unnest(%(leads)s::bigint[])"
COMPARE = "INSERT INTO leads_tocompare (lead_id) SELECT unnest(%(leads)s::bigint[])"
"""Identities that come and go change no record, and nothing else would have their leads compared anew."""


@dataclass(frozen=True)
class Latest:
    """The latest ids of the logs that a merge may write to."""

    changes: int
    voids: int
    values: int


@dataclass(frozen=True)
class Made:
    """Ids of the rows that were written to these logs since."""

    changes: list[int]
    voids: list[int]
    values: list[int]


def move(table: str, *, source: int, target: int, ids: Sequence[int] | None = None) -> list[int]:
    """Hand the rows of one lead, or those of `ids`, to another; the ids that went, in order."""
    statement = sql.SQL(MOVE).format(table=sql.Identifier(table))
    values: dict[str, Any] = {"from": source, "to": target, "ids": None if ids is None else list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return sorted(row[0] for row in cursor.fetchall())


def count(table: str, lead_id: int) -> int:
    """How many rows hang on a lead."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(COUNT).format(table=sql.Identifier(table)), {"lead": lead_id})
        [rows] = cursor.fetchone()
        return int(rows)


def latest() -> Latest:
    """The latest ids there are."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST)
        return Latest(*cursor.fetchone())


def made_since(lead_id: int, before: Latest) -> Made:
    """What was written about a lead since."""
    with connection.cursor() as cursor:
        cursor.execute(MADE, {"lead": lead_id, **asdict(before)})
        return Made(*cursor.fetchone())


def take_out(made: Made, *, survivor: int, other: int, since: Latest, definition: str) -> None:
    """Delete what a merge wrote, and what followed from it by definitions."""
    values: dict[str, Any] = {
        **asdict(made), "lead": survivor, "other": other, "since": since.changes, "voids_since": since.voids,
        "definition": definition, "overtaken": OVERTAKEN_REASON,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(GOING, values)
        going = [row[0] for row in cursor.fetchall()]
        cursor.execute(TAKE_OUT, {**values, "going": going})


def companies_of_deals(lead_ids: Sequence[int]) -> list[int]:
    """The companies of these leads' deals."""
    with connection.cursor() as cursor:
        cursor.execute(DEALS_COMPANIES, {"leads": list(lead_ids)})
        return sorted(row[0] for row in cursor.fetchall())


def run(statement: str, **values: Any) -> None:
    """Run one of the statements above."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

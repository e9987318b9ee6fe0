"""Who meets a definition? Asked in every way there is; they must agree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.activities import BACKTEST, LIVE
from leads.definitions.compiling.statements import Statement
from leads.definitions.queries.everybody import COUNTED, meeting
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.queries.moments import held
from leads.definitions.terms import LeadDefinition
from leads.records.models import Lead
from tests.world import NOW

Document = dict[str, Any]

COUNTED_LEADS = f"FROM leads_lead l WHERE {COUNTED}"


def definition(criteria: Document, **scores: Document) -> LeadDefinition:
    """A definition from its document."""
    return LeadDefinition.model_validate({"criteria": criteria, **scores})


def field(name: str, op: str, value: object = None) -> Document:
    return {"field": name, "op": op, "value": value}


def who_meets(criteria: Document, at: datetime = NOW, *, backtest: bool = False, **scores: Document) -> list[str]:
    """External ids of the leads that meet it: over everybody, lead by lead, and as moments looked for."""
    asked, knowledge = definition(criteria, **scores), BACKTEST if backtest else LIVE
    everybody = {row[0] for row in run(meeting(asked, at, knowledge=knowledge))}
    at_that_moment = Statement(sql.SQL(f"SELECT id AS lead_id, %(at)s::timestamptz AS at {COUNTED_LEADS}"), {"at": at})
    since = Statement(sql.SQL("SELECT id AS lead_id, %(at)s::timestamptz AS since FROM leads_lead"), {"at": at})
    one_by_one = {row[0] for row in run(held(asked, at_that_moment, knowledge=knowledge)) if row[2]}
    found = {row[0] for row in run(first_moments(asked, since, at, knowledge=knowledge)) if row[1] is not None}
    assert everybody == one_by_one == found
    return sorted(lead.external_id or "" for lead in Lead.objects.filter(pk__in=everybody))


def first_moment(
    asked: LeadDefinition, lead: Lead, since: datetime, until: datetime
) -> tuple[datetime | None, datetime | None]:
    """The first moment at which a lead met it, and when to look again."""
    relation = Statement(
        sql.SQL("SELECT %(lead)s::bigint AS lead_id, %(since)s::timestamptz AS since"),
        {"lead": lead.pk, "since": since},
    )
    [(_lead, at, next_at)] = run(first_moments(asked, relation, until))
    return at, next_at


def run(statement: Statement) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return list(cursor.fetchall())

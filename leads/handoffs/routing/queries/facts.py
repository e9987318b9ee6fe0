"""What do strategies need to know of leads? Their company, the texts that tables and skills ask for, and who holds the company.

Grain: one row a lead; of holders, one a company. Clock: fields as they are now. The holder is whoever owns the company's latest lead in
a stage of sales, else its latest open deal. Index: that on the company of leads and of deals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.asking import READ_TEXT
from leads.definitions.compiling.sources import Moments
from leads.definitions.compiling.statements import Values, part
from leads.definitions.fields import COMPANY, find_field

FACTS = """
SELECT l.id, l.company_id, c.normal_name, lower(c.domain) AS domain{columns} FROM leads_lead l {joins} WHERE l.id = ANY({leads}::bigint[])
"""

WITH_HOLDERS = """
WITH found AS MATERIALIZED ({found})
SELECT found.*, held.owner_id, held.by_lead
FROM found LEFT JOIN (
    SELECT asked.company_id, coalesce(lead.owner_id, deal.owner_id) AS owner_id, lead.owner_id IS NOT NULL AS by_lead
    FROM (SELECT DISTINCT company_id FROM found WHERE company_id IS NOT NULL) asked
    LEFT JOIN LATERAL (
        SELECT l.owner_id FROM leads_lead l JOIN people_user u ON u.id = l.owner_id JOIN people_team t ON t.id = u.team_id
        WHERE l.company_id = asked.company_id AND l.stage = ANY({stages}::text[]) AND t.side = ANY({sides}::text[])
          AND NOT l.is_test AND l.merged_into_id IS NULL
        ORDER BY l.created_at DESC, l.id DESC LIMIT 1
    ) lead ON true
    LEFT JOIN LATERAL (
        SELECT d.owner_id FROM leads_deal d
        WHERE lead.owner_id IS NULL AND d.company_id = asked.company_id AND d.status = 'open' AND d.owner_id IS NOT NULL
        ORDER BY coalesce(d.opened_at, d.created_at) DESC, d.id DESC LIMIT 1
    ) deal ON true
) held ON held.company_id = found.company_id
"""


@dataclass(frozen=True)
class Known:
    """What is known of one lead: its company's id, normal name and domain, and texts by field; where it was asked for, who holds
    the company, by a lead or else by a deal.
    """

    company_id: int | None
    company: str | None
    domain: str | None
    values: Mapping[str, str | None]
    holder: int | None = None
    by_lead: bool | None = None


@dataclass(frozen=True)
class Holding:
    """What makes a holder: leads in these stages, whose owners are of teams of these sides."""

    stages: Sequence[str]
    sides: Collection[str]


def known(
    lead_ids: Sequence[int], fields: Collection[str], now: datetime, *, holding: Holding | None = None
) -> dict[int, Known]:
    """Of these leads, the values of these fields included, by lead; with `holding` who holds their companies."""
    values, names = Values(), sorted(fields)
    source = Moments(part("{}::timestamptz", values.add(now)), values)
    source.owners.add(COMPANY)
    columns = [part(", {}", _text(name, source)) for name in names]
    text = sql.SQL(FACTS).format(
        columns=sql.SQL("").join(columns), joins=source.joins(), leads=values.add(list(lead_ids))
    )
    if holding is not None:
        stages, sides = values.add(list(holding.stages)), values.add(sorted(holding.sides))
        text = sql.SQL(WITH_HOLDERS).format(found=text, stages=stages, sides=sides)
    n = len(names)
    with connection.cursor() as cursor:
        cursor.execute(text, values.given)
        return {
            lead: Known(company_id, company, domain, dict(zip(names, rest[:n], strict=True)), *rest[n:])
            for lead, company_id, company, domain, *rest in cursor.fetchall()
        }


def _text(name: str, source: Moments) -> sql.Composable:
    field = find_field(name)
    if field is None:
        return sql.SQL("NULL")
    value = source.field(field)
    return part(READ_TEXT, value) if field.kind == "attribute" else part("({})::text", value)

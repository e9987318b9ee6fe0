"""Does a definition hold for these leads at these moments? Grain: one row a lead and moment given. Clock: what was known then.

`moments` is a query of (lead_id, at). Uses activity_order and consent_order: the cost is that of the leads asked about.
"""

from __future__ import annotations

from psycopg2 import sql

from leads.definitions.compiling.activities import LIVE, Knowledge
from leads.definitions.compiling.conditions import Writer
from leads.definitions.compiling.sources import Moments
from leads.definitions.compiling.statements import Statement, Values
from leads.definitions.terms import LeadDefinition

HELD = """
SELECT m.lead_id, m.at, {verdict} AS held
FROM ({moments}) m JOIN leads_lead l ON l.id = m.lead_id
{joins}
"""


def held(
    definition: LeadDefinition, moments: Statement, *, knowledge: Knowledge = LIVE, prefix: str = "d"
) -> Statement:
    """Rows (lead_id, at, held)."""
    source = Moments(sql.SQL("m.at"), Values(prefix), knowledge)
    verdict = Writer(definition, source).verdict()
    text = sql.SQL(HELD).format(verdict=verdict, moments=moments.text, joins=source.joins())
    return Statement(text, {**moments.values, **source.values.given})

"""Of which leads did something happen in a span that can have made criteria true? No other lead can first meet them in it.

Grain: one id a lead. Clock: as a backtest knows: an imported activity or consent from its own `at`, others from their recording,
a lead's fields from its creation. Uses activity_by_kind and lead_by_created.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.activities import BACKTEST, fits, known_from
from leads.definitions.compiling.statements import Statement, Values, part, some
from leads.definitions.compiling.watching import Watched, watched_by
from leads.definitions.fields import LEAD
from leads.definitions.queries.everybody import COUNTED
from leads.definitions.queries.plans import hashed_joins
from leads.definitions.terms import LeadDefinition

STIRRED = f"""
SELECT l.id FROM leads_lead l JOIN ({{moments}}) m ON m.lead_id = l.id
WHERE {COUNTED} AND l.created_at < %(s_end)s GROUP BY l.id ORDER BY l.id
"""

CREATED = "SELECT id AS lead_id FROM leads_lead WHERE created_at >= %(s_start)s AND created_at < %(s_end)s"
CAME = """SELECT a.lead_id FROM leads_activity a
WHERE a.at < %(s_end)s AND (a.at >= %(s_start)s OR a.recorded_at >= %(s_start)s) AND {1}
  AND {0} >= %(s_start)s AND {0} < %(s_end)s"""
LEFT = """SELECT a.lead_id FROM leads_activity a WHERE a.at >= %(s_start)s - {0} AND a.at < %(s_end)s - {0} AND {1}"""
SAID = """SELECT w.lead_id FROM leads_consent w
WHERE w.purpose = ANY({1}::text[]) AND {0} >= %(s_start)s AND {0} < %(s_end)s"""
PASSED = """SELECT id FROM leads_lead
WHERE {0} >= %(s_start)s AND {0} < %(s_end)s OR {0} >= %(s_start)s - {1} AND {0} < %(s_end)s - {1}"""


def stirred(definition: LeadDefinition, start: datetime, end: datetime) -> list[int]:
    """Ids of the leads that may first meet the definition in [start, end). The caller holds a transaction."""
    moments = _moments(watched_by(definition))
    text = sql.SQL(STIRRED).format(moments=moments.text)
    with hashed_joins(), connection.cursor() as cursor:
        cursor.execute(text, {**moments.values, "s_start": start, "s_end": end})
        return [row[0] for row in cursor.fetchall()]


def _moments(watched: Watched) -> Statement:
    values = Values("w")
    parts: list[sql.Composable] = [sql.SQL(CREATED)]
    if watched.coming:
        parts.append(part(CAME, known_from(BACKTEST, "a"), some(fits(one, values) for one in watched.coming)))
    parts += [part(LEFT, values.hours(days), fits(activity, values)) for activity, days in watched.leaving]
    if watched.purposes:
        parts.append(part(SAID, known_from(BACKTEST, "w"), values.add(sorted(watched.purposes))))
    for (_name, days), field in watched.moments.items():
        if field.owner == LEAD:
            parts.append(part(PASSED, sql.Identifier(field.column), values.hours(days)))
    return Statement(sql.SQL("\nUNION ALL ").join(parts), values.given)

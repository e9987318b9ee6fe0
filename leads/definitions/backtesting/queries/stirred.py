"""Which leads can have met criteria for the first time in a span? Those of which something happened in it that can have made
them true, and which have what every such moment needs: the fields asked for, and enough of the activities.

Grain: one id a lead. Clock: as a backtest knows: an imported activity or consent from its own `at`, others from their recording,
a lead's fields from its creation. Uses activity_by_kind and lead_by_created.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from leads.definitions.backtesting.queries.sampling import IN_SAMPLE
from leads.definitions.backtesting.span import DAY
from leads.definitions.compiling.activities import BACKTEST, fits, known_from
from leads.definitions.compiling.conditions import Writer, conjuncts
from leads.definitions.compiling.sources import Everybody
from leads.definitions.compiling.statements import Statement, Values, every, part, some
from leads.definitions.compiling.watching import Watched, watched_by
from leads.definitions.fields import LEAD
from leads.definitions.queries.everybody import COUNTED
from leads.definitions.terms import ActivityCondition, FieldCondition, LeadDefinition

STIRRED = f"""
{{before}}
SELECT l.id FROM leads_lead l JOIN (SELECT DISTINCT lead_id FROM ({{moments}}) s) m ON m.lead_id = l.id {{joins}}
WHERE {COUNTED} AND l.created_at < %(s_end)s AND {{needed}} ORDER BY l.id
"""

DRAWN = f"""
{{before}}
SELECT l.id FROM leads_lead l {{joins}}
WHERE {COUNTED} AND l.created_at < %(s_end)s AND {IN_SAMPLE} AND {{needed}} ORDER BY l.id
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
    moments, source = _moments(watched_by(definition)), _source(end)
    needed = every(_fields(definition, source))
    _need_activities(definition, source, end - start)
    text = sql.SQL(STIRRED).format(before=source.before(), moments=moments.text, joins=source.joins(), needed=needed)
    return _ids(text, {**moments.values, **source.values.given, "s_start": start, "s_end": end})


def drawn(definition: LeadDefinition, end: datetime, per_million: int) -> list[int]:
    """Of so many of a million leads the ids of those that have the fields asked for. The caller holds a transaction."""
    source = _source(end)
    needed = every(_fields(definition, source))
    text = sql.SQL(DRAWN).format(before=source.before(), joins=source.joins(), needed=needed)
    return _ids(text, {**source.values.given, "s_end": end, "per_million": per_million})


def _ids(text: sql.Composable, values: dict[str, Any]) -> list[int]:
    with hashed_joins(roomy=True), connection.cursor() as cursor:
        cursor.execute(text, values)
        return [row[0] for row in cursor.fetchall()]


def _source(end: datetime) -> Everybody:
    values = Values("n")
    return Everybody(part("{}::timestamptz", values.add(end)), values, BACKTEST)


def _fields(definition: LeadDefinition, source: Everybody) -> list[sql.Composable]:
    """Fields are the same at every moment of a backtest: what must hold of them must hold now."""
    writer = Writer(definition, source)
    asked = [
        one for one in conjuncts(definition.criteria) if isinstance(one, FieldCondition) and one.op != "within_days"
    ]
    return [writer.condition(one) for one in asked]


def _need_activities(definition: LeadDefinition, source: Everybody, span: timedelta) -> None:
    """Whoever has too few such activities in all the windows together has too few in each."""
    for one in conjuncts(definition.criteria):
        if isinstance(one, ActivityCondition) and one.op == "at_least" and one.count:
            days = None if one.within_days is None else one.within_days + -(-span // DAY)
            source.require(one.activity, days, one.count)


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

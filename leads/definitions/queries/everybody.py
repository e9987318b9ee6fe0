"""Which leads meet a definition at one instant? Grain: one row a lead. Clock: facts known by `at`, fields as they are now.

Test, merged and erased leads are left out. Uses activity_by_kind: each condition on activities costs what its window holds.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql

from leads.definitions.compiling.activities import LIVE, Knowledge
from leads.definitions.compiling.conditions import Writer, conjuncts, quick_first
from leads.definitions.compiling.sources import Everybody
from leads.definitions.compiling.statements import Statement, Values, every, part
from leads.definitions.terms import ActivityCondition, LeadDefinition

COUNTED = "NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL"

MEETING = "SELECT l.id FROM leads_lead l {joins} WHERE " + COUNTED + " AND l.{since} <= {at} AND {conditions}"


def meeting(definition: LeadDefinition, at: datetime, *, knowledge: Knowledge = LIVE, prefix: str = "d") -> Statement:
    """Ids of all leads that meet the definition at that instant."""
    values = Values(prefix)
    moment = part("{}::timestamptz", values.add(at))
    source = Everybody(moment, values, knowledge)
    writer = Writer(definition, source)
    conditions = []
    for condition in quick_first(conjuncts(definition.criteria)):
        if isinstance(condition, ActivityCondition) and condition.op == "at_least" and condition.count:
            source.require(condition.activity, condition.within_days, condition.count)
        else:
            conditions.append(writer.condition(condition))
    text = sql.SQL(MEETING).format(
        joins=source.joins(),
        since=sql.Identifier("created_at" if knowledge.imported_at_once else "recorded_at"),
        at=moment,
        conditions=every(conditions),
    )
    return Statement(text, values.given)

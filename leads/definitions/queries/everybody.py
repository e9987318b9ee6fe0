"""Which leads meet a definition at one instant? Grain: one row a lead. Clock: facts known by `at`, fields as they are now.

Test, merged and erased leads are left out. Uses activity_by_kind: each condition on activities costs what its window holds.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql

from leads.definitions.compiling.activities import LIVE, Knowledge
from leads.definitions.compiling.conditions import Writer, conjuncts, is_on_fields, quick_first
from leads.definitions.compiling.sources import Everybody
from leads.definitions.compiling.statements import Statement, Values, every, part
from leads.definitions.terms import ActivityCondition, Condition, LeadDefinition

COUNTED = "NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL"

MEETING = "{before} SELECT l.id FROM leads_lead l {joins} WHERE " + COUNTED + " AND l.{since} <= {at} AND {conditions}"

ELIGIBLE = "SELECT l.id FROM leads_lead l {joins} WHERE {conditions}"


def meeting(definition: LeadDefinition, at: datetime, *, knowledge: Knowledge = LIVE, prefix: str = "d") -> Statement:
    """Ids of all leads that meet the definition at that instant. Run it within `plans.hashed_joins`."""
    values = Values(prefix)
    moment = part("{}::timestamptz", values.add(at))
    asked = quick_first(conjuncts(definition.criteria))
    source = Everybody(moment, values, knowledge, eligible=_eligible(definition, asked, moment, values))
    writer = Writer(definition, source)
    rest = []
    for condition in asked:
        if isinstance(condition, ActivityCondition) and condition.op == "at_least" and condition.count:
            source.require(condition.activity, condition.within_days, condition.count)
        else:
            rest.append(condition)
    conditions = writer.conditions(rest)
    text = sql.SQL(MEETING).format(
        before=source.before(),
        joins=source.joins(),
        since=sql.Identifier("created_at" if knowledge.imported_at_once else "recorded_at"),
        at=moment,
        conditions=conditions,
    )
    return Statement(text, values.given)


def _eligible(
    definition: LeadDefinition, asked: list[Condition], moment: sql.Composable, values: Values
) -> sql.Composable | None:
    """The leads whose fields fit what must hold of them; None where nothing must."""
    on_fields = [condition for condition in asked if is_on_fields(condition)]
    if not on_fields:
        return None
    source = Everybody(moment, values)
    conditions = every(Writer(definition, source).condition(condition) for condition in on_fields)
    return sql.SQL(ELIGIBLE).format(joins=source.joins(), conditions=conditions)

"""How does a definition stand in the editor? Terms into a sheet; writing it again says the same."""

from __future__ import annotations

from leads.definitions.pages.asks import SCORE
from leads.definitions.pages.operators import AT_MOST, NEVER
from leads.definitions.pages.sheet import ALL, ANY, NONE, EngagementRow, FitRow, Group, Row, Sheet
from leads.definitions.pages.writing import PATTERNS
from leads.definitions.terms import (
    ActivityCondition,
    ActivityFilter,
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    EngagementRule,
    EngagementScore,
    FieldCondition,
    FitRule,
    FitScore,
    LeadDefinition,
    NotThis,
    ScoreCondition,
)

Given = dict[str, tuple[str, ...]]


def open_sheet(terms: LeadDefinition) -> Sheet:
    """The sheet that says these terms."""
    return Sheet(
        criteria=_as_group(terms.criteria),
        fit=tuple(_fit(rule) for rule in terms.fit.rules) if terms.fit else (),
        engagement=tuple(_engagement(rule) for rule in terms.engagement.rules) if terms.engagement else (),
        fit_caps=_caps(terms.fit),
        engagement_caps=_caps(terms.engagement),
    )


def _as_group(condition: Condition) -> Group:
    """A group for a place that holds one: a single condition becomes all of one."""
    opened = _open(condition)
    return opened if isinstance(opened, Group) else Group(ALL, (opened,))


def _open(condition: Condition) -> Row | Group:
    if isinstance(condition, AllOf):
        return Group(ALL, tuple(_open(one) for one in condition.all))
    if isinstance(condition, AnyOf):
        return Group(ANY, tuple(_open(one) for one in condition.any))
    if isinstance(condition, NotThis):
        inner = condition.not_
        several = inner.any if isinstance(inner, AnyOf) and len(inner.any) > 1 else [inner]
        return Group(NONE, tuple(_open(one) for one in several))
    if isinstance(condition, ActivityCondition):
        return _activity(condition)
    if isinstance(condition, ScoreCondition):
        given: Given = {"op": (condition.op,), "value": (text_of(condition.value),)}
        return Row(f"{SCORE}{condition.score}", given)
    if isinstance(condition, ConsentCondition):
        return Row("consent", {"op": (condition.op,), "purpose": (condition.consent,)})
    return _field(condition)


def _field(condition: FieldCondition) -> Row:
    value = condition.value
    op: str = condition.op
    if op == "is" and ".attributes." in condition.field and not isinstance(value, str | list):
        op = "is_yes" if isinstance(value, bool) else "is_number"
    values = tuple(value) if isinstance(value, list) else () if value is None else (text_of(value),)
    return Row(condition.field, {"op": (op,), **({"value": values} if values else {})})


def _activity(condition: ActivityCondition) -> Row:
    never = condition.op == AT_MOST and condition.count == 0
    given = {**_filter(condition.activity), "op": (NEVER if never else condition.op,)}
    if not never:
        given["count"] = (str(condition.count),)
    if condition.within_days is not None:
        given["days"] = (str(condition.within_days),)
    return Row("activity", given)


def _filter(activity: ActivityFilter) -> Given:
    patterns = {name: getattr(activity, name) for name in PATTERNS}
    return {"kinds": tuple(activity.kinds), **{name: (text,) for name, text in patterns.items() if text}}


def _fit(rule: FitRule) -> FitRow:
    return FitRow(_points(rule), _as_group(rule.when))


def _engagement(rule: EngagementRule) -> EngagementRow:
    given = {**_filter(rule.activity), **_points(rule)}
    if rule.half_life_days is not None:
        given["half_life"] = (text_of(rule.half_life_days),)
    if rule.within_days is not None:
        given["days"] = (str(rule.within_days),)
    return EngagementRow(given)


def _points(rule: FitRule | EngagementRule) -> Given:
    return {"points": (str(rule.points),), **({"group": (rule.group,)} if rule.group else {})}


def _caps(score: FitScore | EngagementScore | None) -> dict[str, str]:
    return {name: str(cap) for name, cap in score.caps.items()} if score else {}


def text_of(value: str | float) -> str:
    """A value as people type it: yes and no, and numbers without a needless `.0`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

"""When do two conditions ask the same? Differences match what is the same, and what asks another value of the same thing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from alignment.agreements.kinds import Terms
from leads.definitions.describing import FILTERS, kinds_of
from leads.definitions.normal_form import Asked, Form
from leads.definitions.terms import ActivityCondition, ActivityFilter, FieldCondition, ScoreCondition
from leads.definitions.values import as_decimal

Key = tuple[object, ...]


def same(form: Form) -> Key:
    """Equal for forms that ask the same, in whatever order their members stand."""
    if isinstance(form, Asked):
        return (*subject(form), *_asked(form))
    return ("group", form.every, *sorted({same(member) for member in form.members}, key=repr))


def subject(asked: Asked) -> Key:
    """Equal for leaves about the same thing: of one field, of the same activities, of one score, of one purpose."""
    leaf = asked.leaf
    if isinstance(leaf, FieldCondition):
        return "field", leaf.field
    if isinstance(leaf, ActivityCondition):
        return "activity", *filter_key(leaf.activity)
    return ("score", leaf.score) if isinstance(leaf, ScoreCondition) else ("consent", leaf.consent)


def filter_key(activity: ActivityFilter) -> Key:
    """Equal for filters that take in the same activities."""
    return (tuple(sorted(kinds_of(activity))), *(getattr(activity, name) for name in FILTERS))


def _asked(asked: Asked) -> Key:
    leaf = asked.leaf
    if isinstance(leaf, FieldCondition):
        return asked.holds, leaf.op, _value(leaf.value)
    if isinstance(leaf, ActivityCondition):
        least, most = count_bounds(asked)
        return least, most, leaf.within_days
    if isinstance(leaf, ScoreCondition):
        return asked.holds, leaf.op, _value(leaf.value)
    return asked.holds, leaf.op


def count_bounds(asked: Asked) -> tuple[int | None, int | None]:
    """How many such activities a condition asks for, at least or at most; `not` is counted in."""
    leaf = asked.leaf
    assert isinstance(leaf, ActivityCondition)  # noqa: S101  # told apart by the caller
    if leaf.op == "at_least":
        return (leaf.count, None) if asked.holds else (None, leaf.count - 1)
    return (None, leaf.count) if asked.holds else (leaf.count + 1, None)


def _value(value: object) -> Key:
    if isinstance(value, bool) or value is None:
        return "truth", value
    if isinstance(value, int | float):
        return "number", as_decimal(value).normalize()
    if isinstance(value, list):
        return "texts", *sorted(set(value))
    return "texts", value


def as_text(terms: Terms | Sequence[Terms] | None) -> str:
    """A part of a document as it is written; a last resort to tell two apart."""
    if terms is None or isinstance(terms, Terms):
        return terms.model_dump_json(by_alias=True) if terms else "nothing"
    return json.dumps([one.model_dump(mode="json", by_alias=True) for one in terms])

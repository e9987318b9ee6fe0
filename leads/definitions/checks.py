"""What is wrong with a definition beyond its types? Asked whenever one is saved or proposed: every error at once.

Each error says where it stands in the document, what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignment.agreements.kinds import Scope
from alignment.refusals import FieldError
from leads.activities.kinds import BY_KEY
from leads.definitions.contradictions import contradictions
from leads.definitions.describing import FILTERS, joined, quote
from leads.definitions.fields import FIELDS, OPERATORS, find_field
from leads.definitions.normal_form import Form, every_leaf, normal_form
from leads.definitions.stages import stage_trouble
from leads.definitions.terms import (
    MACHINES_OPEN,
    MOST_IN_ALL,
    TOUCH,
    ActivityCondition,
    ActivityFilter,
    Condition,
    ConsentCondition,
    EngagementScore,
    FieldCondition,
    FitScore,
    LeadDefinition,
    ScoreCondition,
    measure,
)
from leads.definitions.values import value_trouble

MOST_WILDCARDS = 5


def check(terms: LeadDefinition, scope: Scope) -> list[FieldError]:
    """Everything that is wrong with a definition of the stage that is the agreement's key."""
    trouble = stage_trouble(scope.key)
    return [*([FieldError("key", *trouble)] if trouble else []), *check_terms(terms)]


def check_terms(terms: LeadDefinition) -> list[FieldError]:
    """The same without asking which stage it is for; the database is not asked."""
    if too_many := _too_many(terms):
        return [too_many]
    criteria = normal_form(terms.criteria)
    errors = [*_leaves(criteria), *_scores(criteria, terms), *contradictions(criteria)]
    if terms.fit is not None:
        for n, rule in enumerate(terms.fit.rules):
            form = normal_form(rule.when, f"fit.rules.{n}.when")
            errors += [*_leaves(form), *_score_in_score(form), *contradictions(form)]
        errors += _unknown_groups("fit", terms.fit)
    if terms.engagement is not None:
        for n, points in enumerate(terms.engagement.rules):
            path = f"engagement.rules.{n}"
            errors += _filter(points.activity, f"{path}.activity")
            if points.points < 0 and points.half_life_days is not None:
                detail = "Points that fade must be positive: a score must not rise by waiting. Take the half-life away."
                errors.append(FieldError(f"{path}.points", "fading_negative", detail))
        errors += _unknown_groups("engagement", terms.engagement)
    return errors


def _too_many(terms: LeadDefinition) -> FieldError | None:
    """More than anybody reads, or any machine answers while somebody waits: then nothing else is looked at."""
    fit = sum(_conditions(rule.when) for rule in terms.fit.rules) if terms.fit else 0
    engagement = len(terms.engagement.rules) if terms.engagement else 0
    count = _conditions(terms.criteria) + fit + engagement
    if count <= MOST_IN_ALL:
        return None
    where = "fit.rules" if fit >= engagement else "engagement.rules"
    detail = (
        f"With the scores these are {count:,} conditions and rules; at most {MOST_IN_ALL} can be agreed on: "
        "put together what belongs together."
    )
    return FieldError(where, "too_many_conditions", detail)


def _conditions(tree: Condition) -> int:
    return measure(tree.model_dump(by_alias=True))[1]


def _leaves(form: Form) -> Iterator[FieldError]:
    for asked in every_leaf(form):
        if isinstance(asked.leaf, FieldCondition):
            yield from _field(asked.leaf, asked.path)
        elif isinstance(asked.leaf, ActivityCondition):
            yield from _filter(asked.leaf.activity, f"{asked.path}.activity")
            if asked.leaf.op == "at_least" and asked.leaf.count == 0:
                detail = "At least 0 times holds for every lead; ask for 1 or more, or for at most 0."
                yield FieldError(f"{asked.path}.count", "wrong_value", detail)


def _field(leaf: FieldCondition, path: str) -> Iterator[FieldError]:
    field = find_field(leaf.field)
    if field is None:
        there = ", ".join(field.name for field in FIELDS)
        detail = f"There is no field {quote(leaf.field)}; there are {there}, lead.attributes.NAME and company.attributes.NAME."
        yield FieldError(f"{path}.field", "unknown_field", detail)
        return
    takes = field.takes(leaf.op)
    if takes is None:
        offered = joined([OPERATORS[key].key for key in field.operators], "or")
        detail = f"“{leaf.op}” cannot be asked of {leaf.field}, which is a {field.kind}; use {offered}."
        if field.only:
            detail = f"“{leaf.op}” cannot be asked of {leaf.field}; use {offered}."
        yield FieldError(f"{path}.op", "unknown_operator", detail)
        return
    if why := value_trouble(leaf, takes):
        yield FieldError(f"{path}.value", "wrong_value", why)
    elif leaf.op == "matches" and isinstance(leaf.value, str):
        yield from _pattern(leaf.value, f"{path}.value")


def _filter(activity: ActivityFilter, path: str) -> Iterator[FieldError]:
    for n, kind in enumerate(activity.kinds):
        if kind == MACHINES_OPEN:
            detail = "Machines open e-mails too, so an open says nothing about a lead; ask for email_click."
            yield FieldError(f"{path}.kinds.{n}", "machine_opens", detail)
        elif kind not in BY_KEY and kind != TOUCH:
            there = ", ".join((TOUCH, *(key for key in BY_KEY if key != MACHINES_OPEN)))
            yield FieldError(
                f"{path}.kinds.{n}", "unknown_kind", f"There is no kind of activity {quote(kind)}; there are {there}."
            )
    for name in FILTERS:
        yield from _pattern(getattr(activity, name) or "", f"{path}.{name}")


def _pattern(pattern: str, path: str) -> Iterator[FieldError]:
    if pattern.count("*") > MOST_WILDCARDS:
        detail = f"{quote(pattern)} has {pattern.count('*')} wildcards; at most {MOST_WILDCARDS} are quick to look for."
        yield FieldError(path, "pattern_too_wild", detail)


def _scores(form: Form, terms: LeadDefinition) -> Iterator[FieldError]:
    for asked in every_leaf(form):
        leaf = asked.leaf
        if not isinstance(leaf, ScoreCondition):
            continue
        if getattr(terms, leaf.score) is None:
            detail = f"This definition asks for {_a(leaf.score)} score and does not say how it is made; add its rules."
            yield FieldError(f"{asked.path}.score", "score_missing", detail)
        if leaf.score == "engagement" and (leaf.op == "at_most" or not asked.holds):
            detail = "Engagement fades by itself, so a lead would qualify by waiting; ask for at least so many points, without not."
            yield FieldError(asked.path, "fading_under_not", detail)


def _a(score: str) -> str:
    return "an engagement" if score == "engagement" else "a fit"


def _score_in_score(form: Form) -> Iterator[FieldError]:
    for asked in every_leaf(form):
        if not isinstance(asked.leaf, FieldCondition | ConsentCondition):
            detail = (
                "Fit is about who a lead is: a rule asks for fields and consent; what leads did belongs to engagement."
            )
            yield FieldError(asked.path, "score_in_score", detail)


def _unknown_groups(name: str, score: FitScore | EngagementScore) -> Iterator[FieldError]:
    there = {rule.group for rule in score.rules}
    for group in score.caps:
        if group not in there:
            detail = f"No rule is in the group {quote(group)}; put rules into it, or take its cap away."
            yield FieldError(f"{name}.caps.{group}", "unknown_group", detail)

"""Why does a lead meet a definition, or what does it lack? The same conditions that judge it, with what was found for each.

Called by a lead's page, the editor and the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from leads.definitions.compiling.conditions import conjuncts, groups_of
from leads.definitions.queries.evidence import Evidence, Fact, Given, Leaf, evidence
from leads.definitions.sentences import say, say_engagement_points, say_fit_points, say_missing
from leads.definitions.terms import (
    ActivityCondition,
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    EngagementScore,
    FieldCondition,
    FitScore,
    LeadDefinition,
    NotThis,
    ScoreCondition,
)
from leads.records.models import Lead

NO_POINTS = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One condition, or a group of them (`joined` by all, any or not).

    `text` says what it asks for, `missing` what the lead lacks (None where it holds), `found` what there is ("2 of 3"),
    `fact` the same as values; of a group the last two are None.
    """

    text: str
    held: bool
    missing: str | None
    found: str | None = None
    fact: Fact | None = None
    joined: Literal["all", "any", "not"] | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a score: a rule, how often it applied and what it gave; or what a cap takes off again (negative)."""

    text: str
    points: Decimal
    count: int | None = None
    group: str | None = None


@dataclass(frozen=True)
class Ledger:
    """A score and its lines, of which it is exactly the sum."""

    score: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explanation:
    """Whether a lead meets a definition at a moment, the parts that each must hold, and both scores with their ledgers."""

    held: bool
    tree: Part
    parts: tuple[Part, ...]
    fit: Ledger | None
    engagement: Ledger | None

    @property
    def met(self) -> int:
        """How many of `parts` hold."""
        return sum(part.held for part in self.parts)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the lead lacks, one phrase for each part that does not hold."""
        return tuple(part.missing for part in self.parts if part.missing is not None)

    @property
    def summary(self) -> str:
        """ "meets 4 of 5; missing: a visit to /pricing in the last 30 days"."""
        said = f"meets {self.met} of {len(self.parts)}"
        return f"{said}; missing: {'; '.join(self.missing)}" if self.missing else said


def explain(definition: LeadDefinition, lead: Lead, at: datetime) -> Explanation:
    """What was known of the lead at that moment, held against the definition. Fields are those it has now."""
    leaves = list(_leaves(definition.criteria))
    found = evidence(definition, leaves, lead.pk, at)
    if found is None:
        raise Lead.DoesNotExist
    facts = {id(leaf): fact for leaf, fact in zip(leaves, found.facts, strict=True)}
    parts = tuple(_part(condition, facts, found) for condition in conjuncts(definition.criteria))
    return Explanation(
        held=found.held,
        tree=_part(definition.criteria, facts, found),
        parts=parts,
        fit=_fit(definition.fit, found),
        engagement=_engagement(definition.engagement, found),
    )


def _leaves(condition: Condition) -> Iterator[Leaf]:
    match condition:
        case AllOf() | AnyOf() | NotThis():
            for one in _inner(condition):
                yield from _leaves(one)
        case _:
            yield condition


def _inner(group: AllOf | AnyOf | NotThis) -> Sequence[Condition]:
    match group:
        case AllOf():
            return group.all
        case AnyOf():
            return group.any
        case _:
            return [group.not_]


def _part(condition: Condition, facts: dict[int, Fact], found: Evidence) -> Part:
    match condition:
        case AllOf() | AnyOf() | NotThis():
            return _group(condition, facts, found)
        case _:
            fact = facts[id(condition)]
            return Part(say(condition), fact.held, _missing(condition, fact.held), _told(condition, fact, found), fact)


def _group(group: AllOf | AnyOf | NotThis, facts: dict[int, Fact], found: Evidence) -> Part:
    parts = tuple(_part(one, facts, found) for one in _inner(group))
    held = [part.held for part in parts]
    match group:
        case AllOf():
            return Part(say(group), all(held), _missing(group, all(held)), joined="all", parts=parts)
        case AnyOf():
            return Part(say(group), any(held), _missing(group, any(held)), joined="any", parts=parts)
        case _:
            return Part(say(group), not held[0], _missing(group, not held[0]), joined="not", parts=parts)


def _missing(condition: Condition, held: bool) -> str | None:
    return None if held else say_missing(condition)


def _told(leaf: Leaf, fact: Fact, found: Evidence) -> str:
    """What was found, in a few words."""
    match leaf:
        case FieldCondition():
            return fact.value or "unknown"
        case ConsentCondition():
            return fact.value or "nothing known"
        case ActivityCondition():
            return (
                f"{fact.count:,} of {leaf.count:,}"
                if leaf.op == "at_least"
                else f"{fact.count:,}, at most {leaf.count:,}"
            )
        case ScoreCondition():
            score = found.fit_score if leaf.score == "fit" else found.engagement_score
            return (
                f"{score or 0:,} of {leaf.value:,g}"
                if leaf.op == "at_least"
                else f"{score or 0:,}, at most {leaf.value:,g}"
            )


def _fit(score: FitScore | None, found: Evidence) -> Ledger | None:
    if score is None or found.fit_score is None:
        return None
    lines = [
        Line(say_fit_points(rule), given.points, group=rule.group)
        for rule, given in zip(score.rules, found.fit, strict=True)
    ]
    return Ledger(found.fit_score, (*lines, *_caps(score, found.fit)))


def _engagement(score: EngagementScore | None, found: Evidence) -> Ledger | None:
    if score is None or found.engagement_score is None:
        return None
    lines = [
        Line(say_engagement_points(rule), given.points, given.count, rule.group)
        for rule, given in zip(score.rules, found.engagement, strict=True)
    ]
    return Ledger(found.engagement_score, (*lines, *_caps(score, found.engagement)))


def _caps(score: FitScore | EngagementScore, given: Sequence[Given]) -> Iterator[Line]:
    """What each group's cap takes off."""
    for group, cap in score.caps.items():
        total = sum((one.points for of, one in zip(groups_of(score), given, strict=True) if of == group), NO_POINTS)
        if total > cap:
            yield Line(f"{group}: at most {cap:,} points", cap - total, group=group)

"""What can make criteria true that do not hold yet? Only at such moments does anybody need to look again.

A condition asked for becomes true by what happens (an activity that it counts), one under `not` or with "at most" by what
falls out of its window. What can only make criteria false is not watched.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from leads.definitions.compiling.asking import field_of
from leads.definitions.fields import Field
from leads.definitions.terms import (
    ActivityCondition,
    ActivityFilter,
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    FieldCondition,
    LeadDefinition,
    ScoreCondition,
)


@dataclass
class Watched:
    """Activities whose coming or whose leaving a window can make the criteria true; consents, moments and fields used;
    `scores` whose rules are looked at already."""

    coming: list[ActivityFilter] = field(default_factory=list)
    leaving: list[tuple[ActivityFilter, int]] = field(default_factory=list)
    purposes: set[str] = field(default_factory=set)
    moments: dict[tuple[str, int], Field] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    scores: set[tuple[str, bool]] = field(default_factory=set)


def watched_by(definition: LeadDefinition) -> Watched:
    """What to watch for this definition."""
    watched = Watched()
    _walk(definition.criteria, True, definition, watched)
    return watched


def _walk(condition: Condition, wanted: bool, definition: LeadDefinition, watched: Watched) -> None:
    match condition:
        case AllOf():
            for one in condition.all:
                _walk(one, wanted, definition, watched)
        case AnyOf():
            for one in condition.any:
                _walk(one, wanted, definition, watched)
        case FieldCondition():
            _watch_field(condition, watched)
        case ActivityCondition():
            _watch(condition.activity, condition.within_days, wanted == (condition.op == "at_least"), watched)
        case ConsentCondition():
            watched.purposes.add(condition.consent)
        case ScoreCondition():
            _watch_score(condition, wanted == (condition.op == "at_least"), definition, watched)
        case _:
            _walk(condition.not_, not wanted, definition, watched)


def _watch_field(condition: FieldCondition, watched: Watched) -> None:
    asked = field_of(condition)
    watched.owners.add(asked.owner)
    if condition.op == "within_days" and isinstance(condition.value, int):
        watched.moments[asked.name, condition.value] = asked


def _watch(activity: ActivityFilter, days: int | None, by_more: bool, watched: Watched) -> None:
    """More such activities help, or fewer."""
    if by_more:
        watched.coming.append(activity)
    elif days is not None:
        watched.leaving.append((activity, days))


def _watch_score(condition: ScoreCondition, by_more: bool, definition: LeadDefinition, watched: Watched) -> None:
    """A score's rules, once: of fit every one, of engagement those that move it the way that helps."""
    asked = condition.score, by_more
    if asked in watched.scores:
        return
    watched.scores.add(asked)
    if condition.score == "fit":
        for fit_rule in definition.fit.rules if definition.fit else ():
            _walk(fit_rule.when, True, definition, watched)
            _walk(fit_rule.when, False, definition, watched)
        return
    for rule in definition.engagement.rules if definition.engagement else ():
        _watch(rule.activity, rule.within_days, by_more == (rule.points > 0), watched)

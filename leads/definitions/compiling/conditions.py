"""How do criteria become one expression? Walks them once and leaves to a `Source` how facts about a lead are come by.

Two-valued throughout: every leaf is true or false and never null, so that `not` is just that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from psycopg2 import sql

from leads.definitions.compiling.asking import ask, field_of
from leads.definitions.compiling.statements import FALSE, TRUE, Values, every, part, some
from leads.definitions.fields import Field
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

SIGNS = {"at_least": sql.SQL(">="), "at_most": sql.SQL("<=")}

SCORED_ONCE = "(SELECT {} FROM (SELECT {} OFFSET 0) score)"
"""What asks a score several times asks one that was computed once."""


class Source(Protocol):
    """Where facts about a lead at a moment come from."""

    moment: sql.Composable
    values: Values

    def field(self, field: Field) -> sql.Composable:
        """The field's value, null where it is not known."""

    def count(self, wanted: ActivityFilter, days: int | None, enough: int) -> sql.Composable:
        """How many such activities; it may stop counting at `enough`."""

    def points(self, rule: EngagementRule) -> sql.Composable:
        """The sum of what they give."""

    def consent(self, purpose: str) -> sql.Composable:
        """The latest word on a purpose, null where there is none."""


@dataclass(frozen=True)
class Writer:
    """Writes the conditions of one definition over one source. `scores`: where a score can be read that is computed already."""

    definition: LeadDefinition
    source: Source
    scores: Mapping[str, sql.Composable] = field(default_factory=dict)

    def verdict(self) -> sql.Composable:
        """Whether the criteria hold."""
        return self.conditions([self.definition.criteria])

    def conditions(self, conditions: Sequence[Condition]) -> sql.Composable:
        """All of these hold. A score that they ask for more than once is computed once."""
        asked = Counter(score for one in conditions for score in _scores_in(one))
        often = [score for score, times in asked.items() if times > 1 and score not in self.scores]
        computed = {score: self._computed(score) for score in often}
        columns = [part("{} AS {}", total, sql.Identifier(score)) for score, total in computed.items() if total]
        if not columns:
            return every(self.condition(one) for one in quick_first(conditions))
        read = {score: sql.Identifier("score", score) for score, total in computed.items() if total}
        reader = replace(self, scores={**self.scores, **read})
        plain = [one for one in conditions if not any(score in often for score in _scores_in(one))]
        scored = [one for one in conditions if any(score in often for score in _scores_in(one))]
        inner = every(reader.condition(one) for one in quick_first(scored))
        once = part(SCORED_ONCE, inner, sql.SQL(", ").join(columns))
        return every([*(self.condition(one) for one in quick_first(plain)), once])

    def condition(self, condition: Condition) -> sql.Composable:
        """One condition, whatever is in it."""
        match condition:
            case AllOf():
                return every(self.condition(one) for one in quick_first(condition.all))
            case AnyOf():
                return some(self.condition(one) for one in quick_first(condition.any))
            case FieldCondition():
                return ask(condition, self.source.field(field_of(condition)), self.source.moment, self.source.values)
            case ActivityCondition():
                return self._activity(condition)
            case ConsentCondition():
                return self._consent(condition)
            case ScoreCondition():
                return self._score(condition)
            case _:
                return part("(NOT {})", self.condition(condition.not_))

    def _activity(self, condition: ActivityCondition) -> sql.Composable:
        if condition.op == "at_least" and condition.count == 0:
            return TRUE
        enough = condition.count + (condition.op == "at_most")
        count = self.source.count(condition.activity, condition.within_days, enough)
        return part("({} {} {})", count, SIGNS[condition.op], self.source.values.add(condition.count))

    def _consent(self, condition: ConsentCondition) -> sql.Composable:
        word = self.source.consent(condition.consent)
        if condition.op == "granted":
            return part("(({} = 'granted') IS TRUE)", word)
        return part("(({} IN ('refused', 'withdrawn')) IS NOT TRUE)", word)

    def _score(self, condition: ScoreCondition) -> sql.Composable:
        score = self.scores.get(condition.score) or self._computed(condition.score)
        if score is None:
            return FALSE
        limit = self.source.values.add(Decimal(str(condition.value)))
        return part("({} {} {}::numeric)", score, SIGNS[condition.op], limit)

    def _computed(self, score: str) -> sql.Composable | None:
        return self.fit() if score == "fit" else self.engagement()

    def fit(self) -> sql.Composable | None:
        """The fit score; None where the definition has none."""
        fit = self.definition.fit
        if fit is None:
            return None
        return self._capped(fit, [self.fit_points(rule) for rule in fit.rules])

    def fit_points(self, rule: FitRule) -> sql.Composable:
        """What one rule of the fit score gives."""
        return part("CASE WHEN {} THEN {} ELSE 0 END", self.condition(rule.when), self.source.values.add(rule.points))

    def engagement(self) -> sql.Composable | None:
        """The engagement score; None where the definition has none."""
        engagement = self.definition.engagement
        if engagement is None:
            return None
        return self._capped(engagement, [self.source.points(rule) for rule in engagement.rules])

    def _capped(self, score: FitScore | EngagementScore, points: Sequence[sql.Composable]) -> sql.Composable:
        """The sum, each group with a cap up to it."""
        groups: dict[str | None, list[sql.Composable]] = {}
        for group, given in zip(groups_of(score), points, strict=True):
            groups.setdefault(group if group in score.caps else None, []).append(given)
        sums = []
        for group, given_in_group in groups.items():
            total = sql.SQL(" + ").join(given_in_group)
            cap = None if group is None else self.source.values.add(score.caps[group])
            sums.append(total if cap is None else part("least({}, {})", cap, total))
        return part("({})", sql.SQL(" + ").join(sums))


def groups_of(score: FitScore | EngagementScore) -> list[str | None]:
    """The group of each rule."""
    if isinstance(score, FitScore):
        return [rule.group for rule in score.rules]
    return [rule.group for rule in score.rules]


def _scores_in(condition: Condition) -> Iterator[str]:
    """The score that each score condition asks for."""
    match condition:
        case ScoreCondition():
            yield condition.score
        case AllOf():
            for one in condition.all:
                yield from _scores_in(one)
        case AnyOf():
            for one in condition.any:
                yield from _scores_in(one)
        case NotThis():
            yield from _scores_in(condition.not_)


def quick_first(conditions: Sequence[Condition]) -> list[Condition]:
    """Fields before consents before activities: what decides cheaply is asked first. The order changes no answer."""
    return sorted(conditions, key=_cost)


def is_on_fields(condition: Condition) -> bool:
    """Nothing but fields is asked about."""
    return _cost(condition) == 0


def is_lasting(condition: Condition) -> bool:
    """Nothing but fields is asked about, and time changes no answer."""
    match condition:
        case FieldCondition():
            return condition.op != "within_days"
        case AllOf():
            return all(map(is_lasting, condition.all))
        case AnyOf():
            return all(map(is_lasting, condition.any))
        case NotThis():
            return is_lasting(condition.not_)
        case _:
            return False


def _cost(condition: Condition) -> int:
    match condition:
        case FieldCondition():
            return 0
        case ConsentCondition():
            return 1
        case ActivityCondition():
            return 2
        case ScoreCondition():
            return 2 if condition.score == "fit" else 3
        case AllOf():
            return max(map(_cost, condition.all))
        case AnyOf():
            return max(map(_cost, condition.any))
        case _:
            return _cost(condition.not_)


def conjuncts(condition: Condition) -> list[Condition]:
    """What must hold each for itself: the parts of an `all` within `all`s, else the condition."""
    if isinstance(condition, AllOf):
        return [inner for one in condition.all for inner in conjuncts(one)]
    return [condition]

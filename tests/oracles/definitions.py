"""Does a lead meet a definition at a moment, how many points has it, and when did it first meet it? Computed a second time.

Written from the definition of the language (docs/definitions.md) and its types, and never from the SQL. One lead at a time,
one activity after the other. `live` knows what was recorded by the moment; `backtest` takes an imported row as known at its
own `at`, and the lead's present fields as known from its creation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias, TypeVar

from leads.activities.kinds import TOUCHES
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
    FitScore,
    LeadDefinition,
    NotThis,
    ScoreCondition,
)
from tests.oracles.definition_facts import ActivityFact, CompanyFacts, ConsentFact, Facts, Json, LeadFacts

Known: TypeAlias = Literal["live", "backtest"]
LIVE: Known = "live"
BACKTEST: Known = "backtest"
DAY = timedelta(hours=24)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Leaf:
    """One leaf of the criteria: the way to it, and whether it holds."""

    path: str
    holds: bool


@dataclass(frozen=True)
class Line:
    """One line of a ledger: rule number `rule` (from 0) with how often it counted, or the cap of a group."""

    rule: int | None
    group: str | None
    count: int
    points: Decimal


def holds(definition: LeadDefinition, facts: Facts, moment: datetime, known: Known = LIVE) -> bool:
    """Does the lead meet the criteria at that moment?"""
    return _holds(definition.criteria, View(definition, facts, moment, known))


def leaves(definition: LeadDefinition, facts: Facts, moment: datetime, known: Known = LIVE) -> list[Leaf]:
    """Every leaf of the criteria by itself, in the order of the document."""
    view = View(definition, facts, moment, known)
    return [Leaf(path, _holds(leaf, view)) for path, leaf in _leaves(definition.criteria, "criteria")]


def score(
    definition: LeadDefinition, name: Literal["fit", "engagement"], facts: Facts, moment: datetime, known: Known = LIVE
) -> Decimal:
    """The sum of the ledger."""
    return sum((line.points for line in ledger(definition, name, facts, moment, known)), Decimal(0))


def ledger(
    definition: LeadDefinition, name: Literal["fit", "engagement"], facts: Facts, moment: datetime, known: Known = LIVE
) -> list[Line]:
    """One line a rule, points or not, and one for each cap that takes something away."""
    view = View(definition, facts, moment, known)
    scored = getattr(definition, name)
    if scored is None:
        return []
    return view.fit_lines(scored) if isinstance(scored, FitScore) else view.engagement_lines(scored)


def first_moment(
    definition: LeadDefinition, facts: Facts, since: datetime, until: datetime, known: Known = LIVE
) -> datetime | None:
    """The earliest instant in [since, until] at which the lead is there and meets the criteria; None if there is none."""
    return next(
        (at for at in candidates(definition, facts, since, until, known) if holds(definition, facts, at, known)), None
    )


def candidates(
    definition: LeadDefinition, facts: Facts, since: datetime, until: datetime, known: Known = LIVE
) -> list[datetime]:
    """The instants at which the answer can become yes: the beginning, and whenever something comes in, changes or leaves."""
    start = max(since, facts.lead.created_at if known == BACKTEST else facts.recorded_at)
    windows = {timedelta(days=days) for days in _windows(definition)}
    created = {facts.lead.created_at, *(before.created_at for _until, before in facts.lead_before)}
    found = {start, *created}
    found |= {max(row.at, _known_at(row, known)) for row in facts.activities}
    found |= {max(row.at, _known_at(row, known)) for row in facts.consents}
    found |= {row.at + window for row in facts.activities for window in windows}
    found |= {at + window for at in created for window in windows}
    found |= {until for until, _before in facts.lead_before}
    found |= {until for rows in facts.companies_before.values() for until, _before in rows}
    return sorted(at for at in found if start <= at <= until)


def _windows(definition: LeadDefinition) -> Iterator[int]:
    """Every number of days that is asked for, of activities, of moments, or by a rule of engagement."""
    trees = [definition.criteria, *(rule.when for rule in (definition.fit.rules if definition.fit else ()))]
    for tree in trees:
        for _path, leaf in _leaves(tree, ""):
            if isinstance(leaf, ActivityCondition) and leaf.within_days is not None:
                yield leaf.within_days
            if isinstance(leaf, FieldCondition) and leaf.op == "within_days" and isinstance(leaf.value, int):
                yield leaf.value
    if definition.engagement is not None:
        yield from (rule.within_days for rule in definition.engagement.rules if rule.within_days is not None)


def _leaves(condition: Condition, path: str) -> Iterator[tuple[str, Condition]]:
    if isinstance(condition, AllOf | AnyOf):
        name, members = ("all", condition.all) if isinstance(condition, AllOf) else ("any", condition.any)
        for n, member in enumerate(members):
            yield from _leaves(member, f"{path}.{name}.{n}")
    elif isinstance(condition, NotThis):
        yield from _leaves(condition.not_, f"{path}.not")
    else:
        yield path, condition


def _known_at(row: ActivityFact | ConsentFact, known: Known) -> datetime:
    return row.at if known == BACKTEST and row.imported else row.recorded_at


def _holds(condition: Condition, view: View) -> bool:
    if isinstance(condition, AllOf):
        return all(_holds(one, view) for one in condition.all)
    if isinstance(condition, AnyOf):
        return any(_holds(one, view) for one in condition.any)
    if isinstance(condition, NotThis):
        return not _holds(condition.not_, view)
    if isinstance(condition, FieldCondition):
        return view.field_holds(condition)
    if isinstance(condition, ActivityCondition):
        return view.activity_holds(condition)
    if isinstance(condition, ConsentCondition):
        return view.consent_holds(condition)
    return view.score_holds(condition)


@dataclass(frozen=True)
class View:
    """What was known about the lead at one moment."""

    definition: LeadDefinition
    facts: Facts
    moment: datetime
    known: Known

    # Fields

    def lead(self) -> LeadFacts:
        return _as_of(self.facts.lead_before, self.facts.lead, self.moment, self.known)

    def company(self) -> CompanyFacts | None:
        key = self.lead().company
        if key is None:
            return None
        before = self.facts.companies_before.get(key, ())
        return _as_of(before, self.facts.companies[key], self.moment, self.known)

    def value_of(self, name: str) -> Json:
        """What a field holds; None where nothing is known. An attribute is whatever JSON it is."""
        owner, _dot, rest = name.partition(".")
        record = self.lead() if owner == "lead" else self.company()
        if record is None:
            return None
        if rest.startswith("attributes."):
            return record.attributes.get(rest.removeprefix("attributes."))
        value: Json = getattr(record, rest)
        return value

    def field_holds(self, condition: FieldCondition) -> bool:
        value = self.value_of(condition.field)
        if value is None or value == "" or isinstance(value, list | dict):
            return False
        if condition.op == "known":
            return True
        if condition.op == "within_days":
            return isinstance(value, datetime) and self._is_recent(value, _whole(condition.value))
        if condition.op in COMPARE or _is_number(condition.value):
            return _compare(condition.op, _number_in(value), _number(condition.value))
        if isinstance(condition.value, bool):
            return isinstance(value, bool) and value == condition.value
        text = as_json_text(value).lower()
        wanted = condition.value if isinstance(condition.value, list) else [str(condition.value)]
        return any(_text_fits(condition.op, text, want.lower()) for want in wanted)

    def _is_recent(self, at: datetime, days: int | None) -> bool:
        return at <= self.moment and (days is None or at > self.moment - days * DAY)

    # What the lead did

    def activities(self, wanted: ActivityFilter, days: int | None) -> list[ActivityFact]:
        return [
            row
            for row in self.facts.activities
            if self._is_recent(row.at, days) and _known_at(row, self.known) <= self.moment and _fits(row, wanted)
        ]

    def activity_holds(self, condition: ActivityCondition) -> bool:
        count = len(self.activities(condition.activity, condition.within_days))
        return count >= condition.count if condition.op == "at_least" else count <= condition.count

    # Consent

    def consent_holds(self, condition: ConsentCondition) -> bool:
        state, latest = None, None
        for row in self.facts.consents:
            there = row.at <= self.moment and _known_at(row, self.known) <= self.moment
            if row.purpose == condition.consent and there and (latest is None or row.at >= latest):
                state, latest = row.state, row.at
        return state == "granted" if condition.op == "granted" else state not in ("refused", "withdrawn")

    # Scores

    def score_holds(self, condition: ScoreCondition) -> bool:
        total = score(self.definition, condition.score, self.facts, self.moment, self.known)
        return _compare(condition.op, total, _number(condition.value))

    def fit_lines(self, scored: FitScore) -> list[Line]:
        lines = []
        for n, rule in enumerate(scored.rules):
            count = int(_holds(rule.when, self))
            lines.append(Line(n, rule.group, count, Decimal(count * rule.points)))
        return [*lines, *_caps(lines, scored.caps)]

    def engagement_lines(self, scored: EngagementScore) -> list[Line]:
        lines = []
        for n, rule in enumerate(scored.rules):
            rows = self.activities(rule.activity, rule.within_days)
            points = sum((points_of(rule, row.at, self.moment) for row in rows), Decimal(0))
            lines.append(Line(n, rule.group, len(rows), points))
        return [*lines, *_caps(lines, scored.caps)]


T = TypeVar("T")


def _as_of(before: tuple[tuple[datetime, T], ...], present: T, moment: datetime, known: Known) -> T:
    """The earliest row that ends after the moment says what held then; a backtest knows the present fields only."""
    if known == BACKTEST:
        return present
    later = [(until, record) for until, record in before if until > moment]
    return min(later, key=lambda row: row[0])[1] if later else present


def points_of(rule: EngagementRule, at: datetime, moment: datetime) -> Decimal:
    """What one activity gives: round(points × 0.5^(age / half-life), 2), from doubles by 15 significant digits."""
    if rule.half_life_days is None:
        return Decimal(rule.points)
    age = (moment - at).total_seconds()
    exact = rule.points * 0.5 ** (age / (rule.half_life_days * 86_400.0))
    return Decimal(f"{exact:.15g}").quantize(CENT, ROUND_HALF_UP)


def _caps(lines: list[Line], caps: Mapping[str, int]) -> list[Line]:
    """What a group has above its cap is taken away, by a line of its own."""
    found = []
    for group, cap in caps.items():
        total = sum((line.points for line in lines if line.group == group), Decimal(0))
        if total > cap:
            found.append(Line(None, group, 0, cap - total))
    return found


# Texts and numbers


def _text_fits(op: str, text: str, want: str) -> bool:
    if op == "contains":
        return want in text
    if op == "starts_with":
        return text.startswith(want)
    return _fits_pattern(text, want) if op == "matches" else text == want


def _fits_pattern(text: str, pattern: str) -> bool:
    """`*` stands for any run of characters, also none; nothing else is special. The whole text must fit."""
    return re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), text, re.DOTALL) is not None


def _fits(row: ActivityFact, wanted: ActivityFilter) -> bool:
    if row.kind not in wanted.kinds and not ("touch" in wanted.kinds and row.kind in TOUCHES):
        return False
    patterns = {
        "asset": wanted.asset,
        "campaign": wanted.campaign,
        "channel": wanted.channel,
        "outcome": wanted.outcome,
    }
    if not all(_known_and_fits(getattr(row, name), pattern) for name, pattern in patterns.items()):
        return False
    if wanted.url is None or not row.url:
        return wanted.url is None
    return _known_and_fits(path_of(row.url) if wanted.url.startswith("/") else row.url, wanted.url)


def _known_and_fits(text: str | None, pattern: str | None) -> bool:
    return pattern is None or (bool(text) and _fits_pattern((text or "").lower(), pattern.lower()))


def path_of(url: str) -> str:
    """What stands behind scheme and host, without query and fragment; an address without a scheme is a path already."""
    if "://" in url:
        scheme, _, rest = url.partition("://")
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
            url = re.sub(r"^[^/?#]*", "", rest)
    return re.split(r"[?#]", url, maxsplit=1)[0] or "/"


def as_json_text(value: Json) -> str:
    """A text itself; a number or a boolean as PostgreSQL's jsonb writes it, with the digits that were given."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        text = format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")
        return text.removeprefix("-") if Decimal(text) == 0 else text
    return str(value)


def _number_in(value: Json) -> Decimal | None:
    """The number that a value is, or that a text plainly writes: at most 18 digits, no spaces, signs only in front."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        return _number(value)
    text = str(value)
    plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
    return Decimal(text) if plain and sum(letter in "0123456789" for letter in text) <= 18 else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))


def _whole(value: object) -> int:
    return int(str(value))


COMPARE = ("at_least", "at_most", "more_than", "less_than")


def _compare(op: str, value: Decimal | None, against: Decimal) -> bool:
    if value is None:
        return False
    return {
        "is": value == against,
        "at_least": value >= against,
        "at_most": value <= against,
        "more_than": value > against,
        "less_than": value < against,
    }[op]

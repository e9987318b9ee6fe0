"""What changes about how points are given? The part of a definition's differences that is about its two scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from leads.definitions.canonical import Key, filter_key, same
from leads.definitions.describing import activity_words, days, number, quote
from leads.definitions.normal_form import normal_form
from leads.definitions.sentences import say, say_engagement_points, say_fit_points
from leads.definitions.terms import EngagementRule, EngagementScore, FitRule, FitScore, LeadDefinition

R = TypeVar("R", FitRule, EngagementRule)


@dataclass(frozen=True)
class Words(Generic[R]):
    """How the rules of one score are told apart and said."""

    name: str
    key: Callable[[R], Key]
    noun: Callable[[R], str]
    whole: Callable[[R], str]
    parts: dict[str, Callable[[R], str]]


def _points(rule: FitRule | EngagementRule) -> str:
    return f"{rule.points:,}"


def _group(rule: FitRule | EngagementRule) -> str:
    return "none" if rule.group is None else quote(rule.group)


FIT = Words[FitRule](
    "fit score",
    key=lambda rule: same(normal_form(rule.when)),
    noun=lambda rule: f"if the lead {say(rule.when)}",
    whole=say_fit_points,
    parts={"points": _points, "group of points": _group},
)
ENGAGEMENT = Words[EngagementRule](
    "engagement score",
    key=lambda rule: filter_key(rule.activity),
    noun=lambda rule: f"for each {activity_words(rule.activity).noun}",
    whole=say_engagement_points,
    parts={
        "points": _points,
        "half-life": lambda rule: "none" if rule.half_life_days is None else days(rule.half_life_days),
        "time that counts": lambda rule: "ever" if rule.within_days is None else days(rule.within_days),
        "group of points": _group,
    },
)


def score_differences(before: LeadDefinition, after: LeadDefinition) -> Iterator[str]:
    """One item for each rule and each cap that is new, gone or another."""
    yield from _score(FIT, before.fit, after.fit)
    yield from _score(ENGAGEMENT, before.engagement, after.engagement)


def _score(
    words: Words[R], before: FitScore | EngagementScore | None, after: FitScore | EngagementScore | None
) -> Iterator[str]:
    if before is None and after is None:
        return
    if before is None:
        yield f"new: {_an(words.name)}"
    if after is None:
        yield f"no longer there: the {words.name}"
        return
    yield from _rules(words, _listed(words, before), _listed(words, after))
    yield from _caps(words.name, before.caps if before else {}, after.caps)


def _an(name: str) -> str:
    return f"an {name}" if name.startswith("e") else f"a {name}"


def _listed(words: Words[R], score: FitScore | EngagementScore | None) -> list[R]:
    return cast("list[R]", list(score.rules)) if score else []


def _rules(words: Words[R], before: list[R], after: list[R]) -> Iterator[str]:
    gone, come = list(before), list(after)
    for exactly in (True, False):
        for old in list(gone):
            new = next((one for one in come if _fits(words, old, one, exactly=exactly)), None)
            if new is not None:
                gone.remove(old)
                come.remove(new)
                yield from _changes(words, old, new)
    yield from (f"{words.name}: no longer {words.whole(rule)}" for rule in gone)
    yield from (f"{words.name}: new: {words.whole(rule)}" for rule in come)


def _fits(words: Words[R], old: R, new: R, *, exactly: bool) -> bool:
    same_thing = words.key(old) == words.key(new)
    return same_thing and (not exactly or all(say_part(old) == say_part(new) for say_part in words.parts.values()))


def _changes(words: Words[R], old: R, new: R) -> Iterator[str]:
    for part, say_part in words.parts.items():
        before, after = say_part(old), say_part(new)
        if before != after:
            yield f"{words.name}: {part} {words.noun(old)} {before} → {after}"


def _caps(name: str, before: dict[str, int], after: dict[str, int]) -> Iterator[str]:
    for group in dict.fromkeys((*before, *after)):
        old, new = (f"at most {number(caps[group])}" if group in caps else "no limit" for caps in (before, after))
        if old != new:
            yield f"{name}: the points of the group {quote(group)} {old} → {new}"

"""Which single condition, had the definition asked for it too, would have kept away most of what sales turned down?

Every candidate is a requirement in the language of definitions: a value of a field asked for or ruled out, a size, an address or
telephone that works, something done, or a condition of the definition made stricter. Each is held against the leads that the
version passed and sales decided on, as they were known when they were passed. Asked by the gap report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from alignment.agreements.kinds import Document
from alignment.ui.words import count, percent
from kpis.reports.queries.gap_places import places
from kpis.reports.statistics import rate, wilson
from leads.definitions.compiling.conditions import conjuncts
from leads.definitions.sentences import say
from leads.definitions.suggesting.history import conditions_of
from leads.definitions.suggesting.queries.answers import answers
from leads.definitions.suggesting.queries.people import Person
from leads.definitions.suggesting.queries.traits import SIZE_BANDS, Trait, traits
from leads.definitions.terms import (
    ActivityCondition,
    AllOf,
    Condition,
    FieldCondition,
    LeadDefinition,
    ScoreCondition,
)

WITHIN_DAYS, MOST_SHOWN, MOST_LEADS = 30, 10, 5_000
RAREST = 20
"""A value that fewer than one in so many of the leads have (and fewer than two leads) is not tried."""
STRICTER_SCORES = (1.25, 1.5, 2.0)
USABLE = ("lead.email_usable", "lead.phone_usable")
FEW = 30


@dataclass(frozen=True)
class Tried:
    """One requirement, and what it does to the leads decided on: `fails` are those that do not meet it.

    `net` is rejections explained less accepted leads lost. `clear`: the two shares turned down differ by more than chance would,
    had this been the only condition tried.
    """

    condition: Condition
    rejected_fails: int
    accepted_fails: int
    rejected_meets: int
    accepted_meets: int

    @property
    def net(self) -> int:
        return self.rejected_fails - self.accepted_fails

    @property
    def clear(self) -> bool:
        low, _ = wilson(self.rejected_fails, self.rejected_fails + self.accepted_fails)
        _, high = wilson(self.rejected_meets, self.rejected_meets + self.accepted_meets)
        return low is not None and high is not None and low > high

    @property
    def document(self) -> Document:
        """The condition as it stands in a definition."""
        found: Document = self.condition.model_dump(mode="json", by_alias=True, exclude_none=True)
        return found


@dataclass(frozen=True)
class Found:
    """What was tried on one version: how many conditions, on how many leads, and those that would have helped, the best first.

    `left_out`: how many earlier leads were not looked at, because there are more than are looked at.
    """

    rejected: int
    accepted: int
    conditions_tried: int
    best: tuple[Tried, ...]
    left_out: int = 0


def explain_rejections(definition: LeadDefinition, people: Sequence[Person], *, most: int = MOST_LEADS) -> Found:
    """`people`: leads that it passed and sales decided on, at the moments at which they were passed; `won`: accepted.

    Of more than `most` those that were passed last are looked at.
    """
    latest = sorted(people, key=lambda one: (one.at, one.lead_id))[-most:]
    seen = sorted(latest, key=lambda one: one.lead_id)
    left_out = len(people) - len(seen)
    rejected = sum(not one.won for one in seen)
    if not rejected:
        return Found(0, len(seen), 0, (), left_out)
    candidates = list(_distinct(_candidates(definition, seen)))
    table = answers(candidates, seen, definition)
    tried = [
        _tried(candidate, [row[at] for row in table], [one.won for one in seen])
        for at, candidate in enumerate(candidates)
    ]
    helping = [one for one in tried if one.net > 0 and _turned_down(one)]
    helping.sort(key=lambda one: (-one.net, one.accepted_fails, say(one.condition)))
    return Found(rejected, len(seen) - rejected, len(candidates), tuple(_unlike(helping)[:MOST_SHOWN]), left_out)


def _turned_down(one: Tried) -> bool:
    """Whether those that fail it were turned down more often than those that meet it."""
    fails = rate(one.rejected_fails, one.rejected_fails + one.accepted_fails)
    meets = rate(one.rejected_meets, one.rejected_meets + one.accepted_meets)
    return fails is not None and (meets is None or fails > meets)


def _tried(condition: Condition, meets: Sequence[bool], accepted: Sequence[bool]) -> Tried:
    pairs = list(zip(meets, accepted, strict=True))
    return Tried(
        condition, *(pairs.count(pair) for pair in ((False, False), (False, True), (True, False), (True, True)))
    )


def _unlike(tried: Sequence[Tried]) -> list[Tried]:
    """Of those that keep away just as many of both kinds, the first: they say the same in other words."""
    kept: dict[tuple[int, int], Tried] = {}
    for one in tried:
        kept.setdefault((one.rejected_fails, one.accepted_fails), one)
    return list(kept.values())


def _candidates(definition: LeadDefinition, people: Sequence[Person]) -> Iterator[Condition]:
    least = max(2, len(people) // RAREST)
    there = [*traits(people, least=least, days=WITHIN_DAYS), *starmap(Trait, _places(people, least))]
    for document in conditions_of([trait for trait in there if trait.name != "company.employees"]):
        asked = _read(document)
        yield asked
        if isinstance(asked, FieldCondition):
            yield _read({"not": document})
    for size in SIZE_BANDS:
        yield _read({"field": "company.employees", "op": "at_least", "value": size})
        yield _read({"not": {"field": "company.employees", "op": "at_least", "value": size}})
    for name in USABLE:
        yield _read({"field": name, "op": "is", "value": True})
    for leaf in conjuncts(definition.criteria):
        yield from _stricter(leaf)


def _places(people: Sequence[Person], least: int) -> list[tuple[str, str, int]]:
    return places([one.lead_id for one in people], [one.at for one in people], least=least)


def _stricter(leaf: Condition) -> Iterator[Condition]:
    """What asks for more than this condition does."""
    if isinstance(leaf, ActivityCondition) and leaf.op == "at_least":
        for more in (leaf.count + 1, leaf.count + 2, 2 * leaf.count + 1):
            yield leaf.model_copy(update={"count": more})
        if leaf.within_days and leaf.within_days > 1:
            yield leaf.model_copy(update={"within_days": leaf.within_days // 2})
    elif isinstance(leaf, ScoreCondition) and leaf.op == "at_least":
        yield from (leaf.model_copy(update={"value": leaf.value * by}) for by in STRICTER_SCORES)
    elif isinstance(leaf, FieldCondition) and leaf.op == "at_least" and isinstance(leaf.value, int | float):
        yield from (leaf.model_copy(update={"value": leaf.value * by}) for by in (2, 5, 10))
    elif isinstance(leaf, FieldCondition) and isinstance(leaf.value, list) and len(leaf.value) > 1:
        for value in leaf.value:
            yield leaf.model_copy(update={"value": [one for one in leaf.value if one != value]})


def _distinct(conditions: Iterator[Condition]) -> Iterator[Condition]:
    seen: set[str] = set()
    for one in conditions:
        text = one.model_dump_json(by_alias=True)
        if text not in seen:
            seen.add(text)
            yield one


def _read(document: Document) -> Condition:
    return LeadDefinition.model_validate({"criteria": document}).criteria


def with_condition(definition: LeadDefinition, condition: Condition) -> LeadDefinition:
    """The definition asking for one thing more; a condition that the new one only makes stricter gives way to it."""
    members = definition.criteria.all if isinstance(definition.criteria, AllOf) else [definition.criteria]
    kept = [member for member in members if not _replaces(condition, member)]
    return definition.model_copy(update={"criteria": AllOf(all=[*kept, condition])})


def _replaces(new: Condition, old: Condition) -> bool:
    if isinstance(new, ActivityCondition) and isinstance(old, ActivityCondition):
        return new.op == old.op == "at_least" and new.activity == old.activity
    if isinstance(new, ScoreCondition) and isinstance(old, ScoreCondition):
        return (new.score, new.op) == (old.score, old.op)
    if isinstance(new, FieldCondition) and isinstance(old, FieldCondition):
        narrowed = isinstance(new.value, list) and isinstance(old.value, list) and set(new.value) < set(old.value)
        return (new.field, new.op) == (old.field, old.op) and (new.op == "at_least" or narrowed)
    return False


def words_of(found: Found, one: Tried) -> str:
    """What the figures say and what they do not, in one sentence or two."""
    of = found.rejected + found.accepted
    turned_down = f"{count(found.rejected)} leads that were turned down"
    whose = f"Of the latest {count(of)} leads decided on: of" if found.left_out else "Of"
    told = f"{whose} {turned_down}, {count(one.rejected_fails)} would not have been passed; {_of_accepted(found, one)}."
    fails, meets = one.rejected_fails + one.accepted_fails, one.rejected_meets + one.accepted_meets
    without, with_it = rate(one.rejected_fails, fails), rate(one.rejected_meets, meets)
    shares = f"Turned down: {percent(without, 0)} of those that fail this, {percent(with_it, 0)} of those that meet it."
    if of < FEW:
        doubt = f"{count(of)} leads are few: it may be chance."
    elif one.clear:
        doubt = f"More than chance alone would do; but {count(found.conditions_tried)} conditions were tried, and some look good by luck."
    else:
        doubt = f"It may be chance: {count(found.conditions_tried)} conditions were tried on {count(of)} leads."
    return f"{told} {shares} {doubt}"


def _of_accepted(found: Found, one: Tried) -> str:
    if one.accepted_fails:
        return f"nor would {count(one.accepted_fails)} of the {count(found.accepted)} that were accepted"
    return f"all {count(found.accepted)} that were accepted would have been" if found.accepted else "none was accepted"


def as_json(found: Found, one: Tried) -> dict[str, Any]:
    """One condition as the report tells it."""
    fails, meets = one.rejected_fails + one.accepted_fails, one.rejected_meets + one.accepted_meets
    low, high = wilson(one.rejected_fails, fails)
    with_low, with_high = wilson(one.rejected_meets, meets)
    return {
        "condition": one.document,
        "words": say(one.condition),
        "net": one.net,
        "rejected_explained": one.rejected_fails,
        "accepted_lost": one.accepted_fails,
        "rejected": found.rejected,
        "accepted": found.accepted,
        "rejected_share_without": rate(one.rejected_fails, fails),
        "rejected_share_without_low": low,
        "rejected_share_without_high": high,
        "rejected_share_with": rate(one.rejected_meets, meets),
        "rejected_share_with_low": with_low,
        "rejected_share_with_high": with_high,
        "clear": one.clear,
        "says": words_of(found, one),
    }

"""Do the compiler and the evaluator in plain Python agree on every value against every question? No chance is in here."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from leads.definitions.explaining import explain
from leads.definitions.queries.everybody import meeting
from leads.definitions.terms import LeadDefinition
from leads.records.models import Lead
from tests.leads.definitions.asking import run
from tests.leads.definitions.documents import Document, definition, did, field
from tests.leads.definitions.rows import write
from tests.oracles import definitions as oracle
from tests.oracles.definition_cases import (
    ADDRESS_PATTERNS,
    ADDRESSES,
    FAMILIES,
    HALF_LIVES,
    NOON,
    NUMBERS,
    POINTS,
    STEPS,
)
from tests.oracles.definition_facts import ActivityFact, Facts, Json, LeadFacts

pytestmark = pytest.mark.django_db

TEXTS = tuple(dict.fromkeys(text for family in FAMILIES for text in family.texts))
PATTERNS = tuple(dict.fromkeys(pattern for family in FAMILIES for pattern in family.patterns))
ODD: tuple[Json, ...] = (None, [], ["ads"], {}, {"a": 1}, True, False, -0.0, 1e-7, 1e16, *NUMBERS)
AMOUNTS = ("is", "at_least", "at_most", "more_than", "less_than")
TICK = timedelta(microseconds=1)


def a_person(*activities: ActivityFact, **fields: object) -> Facts:
    return Facts(LeadFacts(NOON, **fields), NOON, activities=activities)  # type: ignore[arg-type]


def disagreements(people: list[Facts], questions: list[Document]) -> list[tuple[Document, Facts, bool]]:
    """Each question that SQL answers in another way, with the lead and the answer of the evaluator."""
    ids = write(people)
    found = []
    for question in questions:
        asked = definition(question)
        meets = {lead for (lead,) in run(meeting(asked, NOON))}
        for lead, one in zip(ids, people, strict=True):
            if (expected := oracle.holds(asked, one, NOON)) != (lead in meets):
                found.append((question, one, expected))
    return found


def about_texts(name: str) -> list[Document]:
    asked = [field(name, op, text) for op in ("is", "contains", "starts_with") for text in TEXTS if text]
    return [*asked, *(field(name, "matches", pattern) for pattern in PATTERNS), field(name, "known")]


def test_every_text_is_asked_everything() -> None:
    assert disagreements([a_person(source=text) for text in (None, *TEXTS)], about_texts("lead.source")) == []


def test_every_attribute_is_asked_everything() -> None:
    name = "lead.attributes.plan"
    people = [a_person(attributes={"plan": value}) for value in (*TEXTS, *ODD)]
    numbers = [field(name, op, number) for op in AMOUNTS for number in (*NUMBERS, 10**15 - 1)]
    truths = [field(name, "is", truth) for truth in (True, False)]
    assert disagreements([a_person(), *people], [*about_texts(name), *numbers, *truths]) == []


def test_every_address_is_held_against_every_pattern() -> None:
    addresses = dict.fromkeys(address for group in ADDRESSES for address in group)
    people = [a_person(ActivityFact("page_view", NOON, NOON, url=address)) for address in addresses]
    patterns = dict.fromkeys([*(pattern for group in ADDRESS_PATTERNS for pattern in group), *PATTERNS])
    assert disagreements(people, [did("page_view", url=pattern) for pattern in patterns]) == []


def test_an_activity_of_any_age_gives_the_same_points_by_any_rule() -> None:
    shapes = product(dict.fromkeys(POINTS), (*HALF_LIVES, 0.1, 3_650, 13.7))
    rules = [{"activity": {"kinds": ["form"]}, "points": points, "half_life_days": half} for points, half in shapes]
    asked = LeadDefinition.model_validate({"criteria": did("form"), "engagement": {"rules": rules}})
    ages = [timedelta(days=step) + tick for step in (*STEPS, 365, 5_000) for tick in (-TICK, timedelta(0), TICK)]
    people = [a_person(ActivityFact("form", NOON - age, NOON - age)) for age in ages]
    for lead, one in zip(write(people), people, strict=True):
        told = explain(asked, Lead.objects.get(pk=lead), NOON).engagement
        assert told is not None
        assert [line.points for line in told.lines] == [
            line.points for line in oracle.ledger(asked, "engagement", one, NOON)
        ]

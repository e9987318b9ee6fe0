"""Are changes to a definition told in words, all of them and no others?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from leads.definitions.differences import ONLY_WRITTEN_ANEW, difference
from leads.definitions.terms import LeadDefinition
from tests.leads.definitions.documents import (
    ENGAGEMENT,
    LARGE,
    SAW_PRICES,
    UNSUBSCRIBED_NEVER,
    Document,
    definition,
    did,
    field,
    negated,
    score,
)
from tests.oracles.definition_cases import definitions

SOURCE = field("lead.source", "is", "ads")
FORM = did("form")


def changes(before: Document, after: Document, **scores: Any) -> list[str]:
    return difference(definition(before), definition(after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (LARGE, field("company.employees", "at_least", 20), ["minimum company size 50 → 20"]),
        (
            field("company.employees", "at_most", 50),
            field("company.employees", "at_most", 20),
            ["maximum company size 50 → 20"],
        ),
        (
            LARGE,
            field("company.employees", "at_most", 50),
            ["is from a company of 50 people or more → is from a company of at most 50 people"],
        ),
        (SOURCE, field("lead.source", "is", ["ads", "web"]), ["source “ads” → “ads” or “web”"]),
        (SOURCE, negated(SOURCE), ["has the source “ads” → does not have the source “ads”"]),
        (
            field("lead.title", "contains", "a"),
            field("lead.title", "contains", "b"),
            ["job title that contains “a” → “b”"],
        ),
        (
            SAW_PRICES,
            did("page_view", count=2, days=30, url="/pricing*"),
            ["minimum number of visits to /pricing* within 30 days 3 → 2"],
        ),
        (
            SAW_PRICES,
            did("page_view", count=3, url="/pricing*"),
            ["“looked at /pricing* at least 3 times” counts within 30 days → ever"],
        ),
        (
            SAW_PRICES,
            did("page_view", count=2, days=3, url="/pricing*"),
            [
                "looked at /pricing* at least 3 times within 30 days → looked at /pricing* at least 2 times within 3 days"
            ],
        ),
        (score("fit", 10), score("fit", 12.5), ["minimum fit score 10 → 12.5"]),
        (
            {"consent": "a"},
            {"consent": "a", "op": "granted"},
            ["has not refused or withdrawn consent for “a” → has given consent for “a”"],
        ),
        (LARGE, SOURCE, ["no longer asked: is from a company of 50 people or more", "new: has the source “ads”"]),
        ({"all": [LARGE, SOURCE, FORM]}, {"all": [FORM, LARGE]}, ["no longer asked: has the source “ads”"]),
        (
            {"all": [LARGE, SOURCE]},
            {"any": [LARGE, SOURCE]},
            ["Every condition is needed → one of the conditions is enough"],
        ),
        (
            {"any": [LARGE, SOURCE]},
            {"all": [LARGE, SOURCE]},
            ["One of the conditions is enough → every condition is needed"],
        ),
        ({"any": [LARGE, SOURCE]}, {"all": [{"any": [LARGE, SOURCE]}, FORM]}, ["new: filled in a form"]),
        (LARGE, {"all": [LARGE, UNSUBSCRIBED_NEVER]}, ["new: has not unsubscribed"]),
        (LARGE, {"any": [LARGE, FORM]}, ["new alternative: filled in a form"]),
        (
            {"any": [LARGE, FORM, SOURCE]},
            {"any": [FORM, SOURCE]},
            ["no longer an alternative: is from a company of 50 people or more"],
        ),
        (
            {"all": [SOURCE, {"any": [LARGE, FORM]}]},
            {"all": [SOURCE, {"any": [FORM, field("company.employees", "at_least", 9)]}]},
            ["within “either is from a company of 50 people or more or filled in a form”: minimum company size 50 → 9"],
        ),
        (negated(negated(LARGE)), LARGE, [ONLY_WRITTEN_ANEW]),
        ({"all": [LARGE, FORM]}, {"all": [FORM, LARGE]}, [ONLY_WRITTEN_ANEW]),
        (
            negated({"any": [LARGE, FORM]}),
            {"all": [negated(LARGE), did("form", op="at_most", count=0)]},
            [ONLY_WRITTEN_ANEW],
        ),
        (LARGE, field("company.employees", "at_least", 50.0), [ONLY_WRITTEN_ANEW]),
        (LARGE, LARGE, []),
    ],
)
def test_a_change_is_told_in_words(before: Document, after: Document, expected: list[str]) -> None:
    assert changes(before, after) == expected


def test_changes_of_points_are_told_rule_by_rule() -> None:
    view = {"activity": {"kinds": ["page_view"]}, "points": 5, "half_life_days": 14, "group": "web"}
    before = definition(
        LARGE,
        fit={"rules": [{"when": LARGE, "points": 10}, {"when": SOURCE, "points": -5}]},
        engagement={"rules": [view, {"activity": {"kinds": ["form"]}, "points": 3}], "caps": {"web": 20}},
    )
    after = definition(
        LARGE,
        fit={"rules": [{"when": LARGE, "points": 15}, {"when": {"consent": "a"}, "points": 1}]},
        engagement={
            "rules": [
                {**view, "half_life_days": 7, "within_days": 90, "group": None},
                {"activity": {"kinds": ["form"]}, "points": 3},
            ]
        },
    )
    assert difference(before, after) == [
        "fit score: points if the lead is from a company of 50 people or more 10 → 15",
        "fit score: no longer loses 5 points if the lead has the source “ads”",
        "fit score: new: gains 1 point if the lead has not refused or withdrawn consent for “a”",
        "engagement score: half-life for each page view 14 days → 7 days",
        "engagement score: time that counts for each page view ever → 90 days",
        "engagement score: group of points for each page view “web” → none",
        "engagement score: the points of the group “web” at most 20 → no limit",
    ]


def test_a_score_that_comes_or_goes_is_told() -> None:
    without, with_score = definition(LARGE), definition(LARGE, engagement=ENGAGEMENT)
    assert difference(without, with_score) == [
        "new: an engagement score",
        "engagement score: new: gains 5 points for each page view, halved every 14 days",
    ]
    assert difference(with_score, without) == ["no longer there: the engagement score"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions(), definitions())
def test_two_documents_that_differ_never_have_nothing_to_tell(before: LeadDefinition, after: LeadDefinition) -> None:
    same = before.model_dump_json(by_alias=True) == after.model_dump_json(by_alias=True)
    assert (difference(before, after) == []) == same
    assert difference(before, before) == []
    for one in difference(before, after):
        was, arrow, now = one.rpartition(" → ")
        assert not arrow or not was.endswith(f" {now}") or " not " in was

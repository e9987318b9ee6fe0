"""Is every mistake in a definition told, at once, where it stands, and with what to do?"""

from __future__ import annotations

from typing import Any

import pytest

from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import find_kind
from alignment.agreements.terms import read_terms
from alignment.refusals import Refused
from leads.definitions.checks import check_terms
from leads.definitions.kind import LEAD_DEFINITION, STARTING
from tests.leads.definitions.documents import (
    ENGAGEMENT,
    FIT,
    LARGE,
    SAW_PRICES,
    Document,
    definition,
    did,
    field,
    negated,
    score,
)
from tests.world import NOW, cast


def told(*criteria: Document, **scores: Document) -> list[tuple[str, str]]:
    """Where, and which code."""
    return [(error.field, error.code) for error in check_terms(definition(*criteria, **scores))]


def refused(document: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as no:
        start_draft("lead_definition", "mql", document, author=cast().marketing_lead, now=NOW)
    assert no.value.code == "invalid_terms"
    assert all(len(error.detail) > 10 for error in no.value.errors)
    return [(error.field, error.code) for error in no.value.errors]


def test_what_one_starts_from_is_right() -> None:
    assert check_terms(STARTING) == []


@pytest.mark.parametrize(
    ("condition", "field_", "code"),
    [
        (field("lead.owner", "is", "x"), "field", "unknown_field"),
        (field("lead.attributes.", "is", "x"), "field", "unknown_field"),
        (field("lead.email", "is", "x"), "op", "unknown_operator"),
        (field("lead.source", "at_least", 5), "op", "unknown_operator"),
        (field("company.employees", "contains", "5"), "op", "unknown_operator"),
        (field("lead.created_at", "is", "2024-01-01"), "op", "unknown_operator"),
        (field("lead.email_usable", "known"), "op", "unknown_operator"),
        (field("company.employees", "at_least", "50"), "value", "wrong_value"),
        (field("company.employees", "at_least", True), "value", "wrong_value"),
        (field("company.employees", "at_least", 10**16), "value", "wrong_value"),
        (field("company.employees", "at_least"), "value", "wrong_value"),
        (field("lead.source", "is", 5), "value", "wrong_value"),
        (field("lead.source", "contains", ["a"]), "value", "wrong_value"),
        (field("lead.source", "known", "yes"), "value", "wrong_value"),
        (field("lead.email_usable", "is", "yes"), "value", "wrong_value"),
        (field("lead.created_at", "within_days", 0), "value", "wrong_value"),
        (field("lead.created_at", "within_days", 2.5), "value", "wrong_value"),
        (field("lead.title", "matches", "*a*b*c*d*e*"), "value", "pattern_too_wild"),
        (did("page_view", url="/*/*/*/*/*/*"), "activity.url", "pattern_too_wild"),
        (did("form", "dance"), "activity.kinds.1", "unknown_kind"),
        (did("email_open"), "activity.kinds.0", "machine_opens"),
        (did("form", count=0), "count", "wrong_value"),
        (score("fit", 10), "score", "score_missing"),
    ],
)
def test_one_mistake_is_told_where_it_stands(condition: Document, field_: str, code: str) -> None:
    assert told(LARGE, negated({"any": [condition, SAW_PRICES]})) == [(f"criteria.all.1.not.any.0.{field_}", code)]


@pytest.mark.parametrize(
    "condition",
    [
        field("lead.attributes.a.b", "is", True),
        field("lead.attributes.plan", "is", 5.5),
        field("company.attributes.tier", "at_least", 3),
        field("lead.attributes.never sent", "known"),
        field("lead.title", "matches", "*a*b*c*d*"),
        did("touch", "call", count=10_000, days=3650),
        {"consent": "marketing"},
    ],
)
def test_what_can_be_asked_is_let_through(condition: Document) -> None:
    assert told(condition) == []
    assert told(negated(condition)) == []


@pytest.mark.parametrize(
    ("criteria", "is_refused"),
    [
        (score("engagement", 5), False),
        (score("engagement", 5, "at_most"), True),
        (negated(score("engagement", 5)), True),
        (negated({"any": [LARGE, negated(score("engagement", 5))]}), False),
        (negated({"all": [LARGE, {"any": [score("engagement", 5), SAW_PRICES]}]}), True),
        (negated(score("engagement", 5, "at_most")), True),
    ],
)
def test_no_lead_can_qualify_by_its_engagement_fading(criteria: Document, is_refused: bool) -> None:
    codes = [code for _field, code in told(criteria, engagement=ENGAGEMENT)]
    assert codes == (["fading_under_not"] if is_refused else [])


def test_points_that_fade_are_positive_and_caps_name_a_group_that_is_there() -> None:
    rules = [
        {"activity": {"kinds": ["page_view"]}, "points": -5, "half_life_days": 14, "group": "web"},
        {"activity": {"kinds": ["email_open", "dance"]}, "points": -5},
    ]
    assert told(LARGE, engagement={"rules": rules, "caps": {"web": 5, "wed": 3}}) == [
        ("engagement.rules.0.points", "fading_negative"),
        ("engagement.rules.1.activity.kinds.0", "machine_opens"),
        ("engagement.rules.1.activity.kinds.1", "unknown_kind"),
        ("engagement.caps.wed", "unknown_group"),
    ]


def test_fit_asks_only_who_a_lead_is() -> None:
    rules = [
        {"when": {"all": [LARGE, did("form")]}, "points": 1},
        {"when": negated(score("fit", 1)), "points": 1},
        {"when": {"consent": "marketing"}, "points": 1},
    ]
    assert told(LARGE, fit={"rules": rules}) == [
        ("fit.rules.0.when.all.1", "score_in_score"),
        ("fit.rules.1.when.not", "score_in_score"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LARGE, field("company.employees", "at_most", 20)),
        (LARGE, field("company.employees", "less_than", 50)),
        (field("company.employees", "more_than", 50), field("company.employees", "is", 50)),
        (field("company.employees", "is", 50), field("company.employees", "is", 51)),
        (LARGE, negated(LARGE)),
        (LARGE, negated(field("company.employees", "at_least", 20))),
        (LARGE, negated(field("company.employees", "known"))),
        (field("lead.source", "is", "ads"), field("lead.source", "is", ["web", "list"])),
        (field("lead.source", "is", ["Ads", "Add"]), negated(field("lead.source", "starts_with", "ad"))),
        (field("lead.source", "matches", "x*"), negated(field("lead.source", "matches", "x*"))),
        (field("lead.title", "is", "CTO"), field("lead.title", "matches", "*c*eo*")),
        (field("lead.email_usable", "is", True), field("lead.email_usable", "is", False)),
        (field("lead.created_at", "within_days", 7), negated(field("lead.created_at", "within_days", 30))),
        (did("form", count=3, days=30), did("form", op="at_most", count=2, days=30)),
        (did("form", count=3, days=30), negated(did("touch", count=3, days=60))),
        (did("form", count=3, days=30, asset="A"), did("form", "page_view", op="at_most", count=2)),
        (did("form", op="at_most", count=0), did("form", count=1)),
        (score("fit", 10), score("fit", 9.5, "at_most")),
        (score("fit", 10), negated(score("fit", 5))),
        ({"consent": "marketing", "op": "granted"}, negated({"consent": "marketing"})),
    ],
)
def test_two_conditions_that_can_never_both_hold_are_named(one: Document, other: Document) -> None:
    for first, second in ((one, other), (other, one)):
        errors = check_terms(definition(first, {"all": [{"consent": "news"}, second]}, fit=FIT))
        where = "criteria.all.1.all.1" + (".not" if "not" in second else "")
        assert [(error.field, error.code) for error in errors] == [(where, "contradiction")]
        assert " can never be one that " in errors[0].detail


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LARGE, field("company.employees", "at_most", 50)),
        (negated(LARGE), negated(field("company.employees", "at_most", 60))),
        (field("company.employees", "at_least", 5), field("company.annual_revenue", "at_most", 1)),
        (field("lead.source", "is", ["ads", "web"]), field("lead.source", "is", ["WEB"])),
        (field("lead.source", "contains", "a"), field("lead.source", "contains", "b")),
        (field("lead.attributes.x", "is", "5"), field("lead.attributes.x", "at_least", 4)),
        (field("lead.created_at", "within_days", 30), negated(field("lead.created_at", "within_days", 7))),
        (did("form", count=3), did("form", op="at_most", count=2, days=30)),
        (did("form", count=3, days=60), did("form", op="at_most", count=2, days=30)),
        (did("form", count=3, days=30), did("form", op="at_most", count=2, days=30, asset="A")),
        (did("touch", count=3, days=30), did("form", op="at_most", count=2, days=30)),
        ({"consent": "marketing"}, negated({"consent": "marketing", "op": "granted"})),
        ({"consent": "marketing"}, negated({"consent": "news"})),
    ],
)
def test_what_can_both_hold_is_no_contradiction(one: Document, other: Document) -> None:
    assert told(one, other) == []


def test_alternatives_may_exclude_each_other() -> None:
    small = field("company.employees", "at_most", 20)
    assert told({"any": [LARGE, small]}) == []
    assert told(negated({"all": [LARGE, small]})) == []
    assert [code for _where, code in told(negated({"any": [LARGE, negated(LARGE)]}))] == ["contradiction"]


@pytest.mark.django_db
def test_all_mistakes_are_told_at_once() -> None:
    criteria = {"all": [field("lead.owner", "is", "x"), field("lead.source", "is", 3), did("dance"), score("fit", 3)]}
    assert [code for _where, code in refused({"criteria": criteria})] == [
        "unknown_field",
        "wrong_value",
        "unknown_kind",
        "score_missing",
    ]


def nested(depth: int) -> Document:
    condition = LARGE
    for _ in range(depth):
        condition = negated(condition)
    return condition


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"criteria": nested(100)}, [("terms", "too_deep")]),
        ({"criteria": nested(8)}, [("criteria", "too_deep")]),
        ({"criteria": {"any": [LARGE] * 10_000}}, [("terms", "terms_too_long")]),
        ({"criteria": {"any": [LARGE] * 101}}, [("criteria", "too_many_conditions")]),
        ({"criteria": LARGE, "fit": {"rules": [{"when": nested(9), "points": 1}]}}, [("fit.rules.0.when", "too_deep")]),
        ({}, [("criteria", "required")]),
        ({"criteria": {"regex": "(a+)+$", "field": "lead.source", "op": "is", "value": "x"}}, [("criteria.regex", "unknown_key")]),
        ({"criteria": {"all": []}}, [("criteria.all", "invalid")]),
        ({"criteria": {"all": [3, {"what": 1}]}}, [("criteria.all.0", "unknown_condition"), ("criteria.all.1", "unknown_condition")]),
        ({"criteria": {"any": [{"field": "lead.source", "op": "like", "value": {"a": 1}}]}},
         [("criteria.any.0.op", "unknown_operator"), ("criteria.any.0.value", "wrong_value")]),
        ({"criteria": {"not": {"field": "lead.source", "op": "is", "value": ""}}}, [("criteria.not.value", "wrong_value")]),
        ({"criteria": did("form", days=0)}, [("criteria.within_days", "invalid")]),
        ({"criteria": LARGE, "fit": {"rules": [{"when": LARGE, "points": 1.5}]}}, [("fit.rules.0.points", "invalid")]),
        ({"criteria": LARGE, "engagement": {"rules": []}}, [("engagement.rules", "invalid")]),
    ],
)  # fmt: skip
def test_a_document_that_is_no_definition_is_refused_where_it_is_wrong(
    document: Any, expected: list[tuple[str, str]]
) -> None:
    if expected[0][1] == "terms_too_long":
        with pytest.raises(Refused) as no:
            start_draft("lead_definition", "mql", document, author=cast().marketing_lead, now=NOW)
        assert no.value.code == "terms_too_long"
    else:
        assert refused(document) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "sentence"),
    [("mqls", "no stage “mqls”"), ("inquiry", "into Inquiry"), ("won", "into Won"), ("lost", "into Lost")],
)
def test_a_definition_is_of_an_open_stage_but_the_first(key: str, sentence: str) -> None:
    kind = find_kind("lead_definition")
    with pytest.raises(Refused, match="mql, sal, sql, opportunity") as no:
        start_draft("lead_definition", key, {"criteria": LARGE}, author=cast().marketing_lead, now=NOW)
    assert (no.value.code, sentence in no.value.detail) == ("invalid_key", True)
    assert kind.key_error("mql") is None
    assert list(kind.keys()) == ["mql", "sal", "sql", "opportunity"]


@pytest.mark.django_db
def test_it_is_called_after_its_stage() -> None:
    assert (LEAD_DEFINITION.title_of("mql"), LEAD_DEFINITION.title_of("gone")) == ("MQL definition", "gone definition")


@pytest.mark.django_db
def test_a_draft_of_what_one_starts_from_can_be_made_for_every_stage() -> None:
    people = cast()
    for key in LEAD_DEFINITION.keys():  # noqa: SIM118  # a function of the kind, no dictionary
        document = LEAD_DEFINITION.starting(key).model_dump(mode="json", by_alias=True)
        version = start_draft("lead_definition", key, document, author=people.marketing_lead, now=NOW)
        assert version.terms == document
        assert read_terms(LEAD_DEFINITION, version.terms, scope=_scope(key)) == STARTING


def _scope(key: str) -> Any:
    from alignment.agreements.kinds import Scope

    return Scope(key, NOW)


def test_conditions_of_the_criteria_and_of_both_scores_count_together() -> None:
    rules = [
        {"when": {"any": [field("lead.country", "is", f"{r} {c}") for c in range(10)]}, "points": 1} for r in range(20)
    ]
    assert told(score("fit", 5), fit={"rules": rules}) == [("fit.rules", "too_many_conditions")]
    rules[-1]["when"] = field("lead.country", "is", "one")
    assert told(score("fit", 5), fit={"rules": rules}) == []

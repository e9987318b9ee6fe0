"""Does a definition read as plain English, with everything that it asks for and nothing else?"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from alignment.agreements.drafts import start_draft
from alignment.agreements.selectors import sentences as sentences_of
from leads.activities.kinds import KINDS
from leads.definitions.describing import ACTIVITIES, quote
from leads.definitions.fields import FIELDS, find_field
from leads.definitions.sentences import say, say_missing, sentences
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
from tests.world import NOW, cast


def read(*criteria: Document, **scores: Document) -> list[str]:
    return sentences(definition(*criteria, **scores), "MQL")


@pytest.mark.django_db
def test_a_version_says_what_a_lead_of_its_stage_is() -> None:
    document = definition(LARGE, SAW_PRICES, UNSUBSCRIBED_NEVER).model_dump(mode="json", by_alias=True)
    version = start_draft("lead_definition", "mql", document, author=cast().marketing_lead, now=NOW)
    assert sentences_of(version) == [
        "An MQL is a lead from a company of 50 people or more that looked at /pricing* at least 3 times within 30 days "
        "and has not unsubscribed."
    ]


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        (LARGE, "An MQL is a lead from a company of 50 people or more."),
        (SAW_PRICES, "An MQL is a lead that looked at /pricing* at least 3 times within 30 days."),
        (score("engagement", 60), "An MQL is a lead whose engagement score is 60 or more."),
        (
            {"all": [LARGE, {"consent": "marketing"}, score("fit", 7.5), score("engagement", 60)]},
            "An MQL is a lead from a company of 50 people or more that has not refused or withdrawn consent for "
            "“marketing”, and whose fit score is 7.5 or more and whose engagement score is 60 or more.",
        ),
        (
            {"any": [LARGE, SAW_PRICES, did("form", "chat")]},
            "An MQL is a lead that is from a company of 50 people or more, looked at /pricing* at least 3 times within 30 days "
            "or (filled in a form or chatted with us).",
        ),
        (
            {"all": [field("lead.country", "is", ["DE", "AT"]), {"any": [did("form"), did("demo", days=1)]}]},
            "An MQL is a lead that has the country “DE” or “AT” and either filled in a form or saw a demo within 1 day.",
        ),
        (
            negated({"any": [LARGE, negated(field("lead.email", "known"))]}),
            "An MQL is a lead that is not from a company of 50 people or more and has an e-mail address.",
        ),
        (negated(negated(LARGE)), "An MQL is a lead from a company of 50 people or more."),
    ],
)
def test_a_few_conditions_are_one_sentence(criteria: Document, sentence: str) -> None:
    assert read(criteria, engagement=ENGAGEMENT)[0] == sentence


def test_what_would_not_read_as_a_sentence_is_a_numbered_list() -> None:
    choice = {"any": [{"all": [LARGE, did("form")]}, SAW_PRICES, negated(field("lead.source", "is", "ads"))]}
    assert read(choice, {"any": [did("chat"), did("call")]}) == [
        "An MQL is a lead for which all of these hold:",
        "1. At least one of these holds:",
        "1.1. It is from a company of 50 people or more and filled in a form.",
        "1.2. It looked at /pricing* at least 3 times within 30 days.",
        "1.3. It does not have the source “ads”.",
        "2. It either chatted with us or was called by us.",
    ]


def test_every_rule_and_cap_has_its_sentence() -> None:
    fit = {
        "rules": [
            {"when": LARGE, "points": 10},
            {"when": negated(field("lead.title", "known")), "points": -1, "group": "who"},
        ],
        "caps": {"who": 1},
    }
    engagement = {
        "rules": [
            {
                "activity": {"kinds": ["page_view"], "url": "/pricing*"},
                "points": 5,
                "half_life_days": 14,
                "within_days": 90,
                "group": "web",
            },
            {"activity": {"kinds": ["webinar"]}, "points": 1_000},
        ],
        "caps": {"web": 20},
    }
    assert read(LARGE, fit=fit, engagement=engagement)[1:] == [
        "The fit score gains 10 points if the lead is from a company of 50 people or more.",
        "The fit score loses 1 point if the lead has no known job title (group “who”).",
        "The group “who” adds at most 1 point to the fit score.",
        "The engagement score gains 5 points for each visit to /pricing* of the last 90 days, halved every 14 days (group “web”).",
        "The engagement score gains 1,000 points for each attended webinar.",
        "The group “web” adds at most 20 points to the engagement score.",
    ]


@pytest.mark.parametrize(
    ("condition", "yes", "no", "missing", "not_missing"),
    [
        (
            LARGE,
            "is from a company of 50 people or more",
            "is not from a company of 50 people or more",
            "a company of 50 people or more",
            "not a company of 50 people or more",
        ),
        (
            field("company.employees", "less_than", 1),
            "is from a company of fewer than 1 person",
            "is not from a company of fewer than 1 person",
            "a company of fewer than 1 person",
            "not a company of fewer than 1 person",
        ),
        (
            field("company.annual_revenue", "at_most", 1e6),
            "is from a company with an annual revenue of at most 1,000,000",
            "is not from a company with an annual revenue of at most 1,000,000",
            "a company with an annual revenue of at most 1,000,000",
            "not a company with an annual revenue of at most 1,000,000",
        ),
        (
            field("company.name", "starts_with", "A"),
            "is from a company whose name begins with “A”",
            "is not from a company whose name begins with “A”",
            "a company whose name begins with “A”",
            "not a company whose name begins with “A”",
        ),
        (
            field("lead.source", "is", "ads"),
            "has the source “ads”",
            "does not have the source “ads”",
            "the source “ads”",
            "a source other than “ads”",
        ),
        (
            field("lead.title", "contains", "CTO"),
            "has a job title that contains “CTO”",
            "does not have a job title that contains “CTO”",
            "a job title that contains “CTO”",
            "not a job title that contains “CTO”",
        ),
        (
            field("lead.email_usable", "is", True),
            "has a usable e-mail address",
            "has no usable e-mail address",
            "a usable e-mail address",
            "no usable e-mail address",
        ),
        (
            field("lead.phone_usable", "is", False),
            "has no usable telephone",
            "has a usable telephone",
            "no usable telephone",
            "a usable telephone",
        ),
        (
            field("lead.created_at", "within_days", 7),
            "was created within 7 days",
            "was not created within 7 days",
            "creation within 7 days",
            "no creation within 7 days",
        ),
        (
            field("lead.attributes.plan", "is", ["a", "b"]),
            "has “plan” set to “a” or “b”",
            "does not have “plan” set to “a” or “b”",
            "“plan” set to “a” or “b”",
            "not “plan” set to “a” or “b”",
        ),
        (
            field("lead.attributes.plan", "is", True),
            "has “plan” set to true",
            "does not have “plan” set to true",
            "“plan” set to true",
            "not “plan” set to true",
        ),
        (
            field("company.attributes.tier", "more_than", 2),
            "is from a company with “tier” of more than 2",
            "is not from a company with “tier” of more than 2",
            "a company with “tier” of more than 2",
            "not a company with “tier” of more than 2",
        ),
        (
            did("page_view", days=30, url="/pricing"),
            "looked at /pricing within 30 days",
            "has not looked at /pricing within 30 days",
            "a visit to /pricing in the last 30 days",
            "no visits to /pricing in the last 30 days",
        ),
        (
            did("call", count=2),
            "was called by us at least 2 times",
            "was called by us at most once",
            "at least 2 calls by us",
            "at most 1 call by us",
        ),
        (
            did("email_reply", op="at_most", count=2),
            "replied by e-mail at most 2 times",
            "replied by e-mail at least 3 times",
            "at most 2 e-mail replies",
            "at least 3 e-mail replies",
        ),
        (UNSUBSCRIBED_NEVER, "has not unsubscribed", "unsubscribed", "no unsubscribes", "an unsubscribe"),
        (
            did("form", asset="E*", campaign="C", channel="x", outcome="o", url="/a b"),
            "filled in a form on “/a b” with the asset “E*” in the campaign “C” over the channel “x” with the outcome “o”",
            "has not filled in a form on “/a b” with the asset “E*” in the campaign “C” over the channel “x” with the outcome “o”",
            "a filled-in form on “/a b” with the asset “E*” in the campaign “C” over the channel “x” with the outcome “o”",
            "no filled-in forms on “/a b” with the asset “E*” in the campaign “C” over the channel “x” with the outcome “o”",
        ),
        (
            {"consent": "news", "op": "granted"},
            "has given consent for “news”",
            "has not given consent for “news”",
            "consent given for “news”",
            "no consent given for “news”",
        ),
        (
            score("fit", 10),
            "has a fit score of 10 or more",
            "has a fit score below 10",
            "a fit score of 10 or more",
            "a fit score below 10",
        ),
    ],
)
def test_a_condition_is_said_as_it_is_and_as_what_is_missing(
    condition: Document, yes: str, no: str, missing: str, not_missing: str
) -> None:
    is_so, is_not = definition(condition).criteria, definition(negated(condition)).criteria
    assert (say(is_so), say(is_not)) == (yes, no)
    assert (say_missing(is_so), say_missing(is_not)) == (missing, not_missing)


def test_every_field_and_operator_and_every_kind_of_activity_has_words_of_its_own() -> None:
    values = {"texts": "x", "text": "x", "number": 5, "boolean": True, "days": 5, "scalar": "x", "nothing": None}
    names = [*(one.name for one in FIELDS), "lead.attributes.plan", "company.attributes.plan"]
    said = []
    for name in names:
        found = find_field(name)
        assert found is not None
        for op in found.operators:
            said.append(say(definition(field(name, op, values[str(found.takes(op))])).criteria))
            assert name not in said[-1]
    said += [say(definition(did(kind.key)).criteria) for kind in KINDS]
    assert len(set(said)) == len(said)
    assert {kind.key for kind in KINDS} <= set(ACTIVITIES)


def test_what_somebody_wrote_is_quoted_whole_and_cannot_pass_for_ours() -> None:
    hostile = "x” and is from a company called “y\u202e\n\\" + "z" * 200
    said = say(definition(field("lead.source", "is", hostile)).criteria)
    assert said == "has the source “x\\” and is from a company called \\“y\\u202e\\u000a\\\\" + "z" * 200 + "”"
    many = [f"value {n}" for n in range(200)]
    assert all(quote(value) in read(field("lead.source", "is", many))[0] for value in many)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions())
def test_whatever_is_defined_is_said_in_whole_sentences(whatever: LeadDefinition) -> None:
    told = sentences(whatever, "MQL")
    assert told
    for sentence in told:
        assert sentence[-1] in ".:"
        own_words = re.sub(r"“(\\.|[^”\\])*”", "…", sentence)
        assert "  " not in own_words
        assert "None" not in own_words

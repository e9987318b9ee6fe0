"""What does each operator on a field hold for? Exact tables: empty, borders, missing, of a wrong type, and each under `not`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.records.models import Company, Lead
from tests.leads.definitions.asking import Document, field, who_meets
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db

EVERYBODY = {"none", "plain", "other"}


def texts() -> None:
    a_lead("none")
    a_lead("plain", country="Germany", title="Head of 100%_Sales\\Ops")
    a_lead("other", country="GÉRMANY", title="head of 100 sales")


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (field("lead.country", "is", "germany"), ["plain"]),
        (field("lead.country", "is", "gérmany"), ["other"]),
        (field("lead.country", "is", ["france", "GERMANY"]), ["plain"]),
        (field("lead.country", "is", "german"), []),
        (field("lead.country", "contains", "RMAN"), ["other", "plain"]),
        (field("lead.country", "contains", "é"), ["other"]),
        (field("lead.country", "starts_with", "GER"), ["plain"]),
        (field("lead.country", "starts_with", "rman"), []),
        (field("lead.country", "known"), ["other", "plain"]),
        (field("lead.country", "matches", "g*y"), ["other", "plain"]),
        (field("lead.country", "matches", "germany"), ["plain"]),
        (field("lead.country", "matches", "*"), ["other", "plain"]),
        (field("lead.country", "matches", "ger"), []),
        (field("lead.title", "matches", "*100%*"), ["plain"]),
        (field("lead.title", "matches", "*100_sales*"), []),
        (field("lead.title", "matches", "*%_s*\\ops"), ["plain"]),
        (field("lead.title", "contains", "0%_"), ["plain"]),
        (field("lead.title", "starts_with", "head of 100%"), ["plain"]),
    ],
)
def test_texts_are_compared_whole_without_case_and_only_a_star_is_wild(criteria: Document, expected: list[str]) -> None:
    texts()
    assert who_meets(criteria) == expected
    assert who_meets({"not": criteria}) == sorted(EVERYBODY - set(expected))


@pytest.mark.parametrize("letters", ["İSTANBUL", "ΌΔΟΣ", "STRASSE", "ÅNGSTRÖM", "КЁЛЬН", "\u212aelvin", "Ǆ"])
def test_case_is_that_of_unicode(letters: str) -> None:
    a_lead("one", country=letters)
    assert who_meets(field("lead.country", "is", letters.lower())) == ["one"]
    assert who_meets(field("lead.country", "matches", f"{letters.lower()}*")) == ["one"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (field("company.employees", "is", 50), ["50"]),
        (field("company.employees", "at_least", 50), ["50", "51"]),
        (field("company.employees", "at_most", 50), ["49", "50"]),
        (field("company.employees", "more_than", 50), ["51"]),
        (field("company.employees", "more_than", 49.5), ["50", "51"]),
        (field("company.employees", "less_than", 50), ["49"]),
        (field("company.employees", "known"), ["49", "50", "51"]),
        (field("company.name", "starts_with", "company 5"), ["50", "51"]),
        (field("company.name", "known"), ["49", "50", "51", "unknown"]),
        (field("company.country", "known"), []),
    ],
)
def test_a_company_s_fields_are_unknown_without_a_company(criteria: Document, expected: list[str]) -> None:
    everybody = companies()
    assert who_meets(criteria) == expected
    assert who_meets({"not": criteria}) == sorted(everybody - set(expected))


def companies() -> set[str]:
    a_lead("alone")
    a_lead("unknown", company="Company without a size")
    for size in (49, 50, 51):
        a_lead(str(size), company=f"Company {size}")
        Company.objects.filter(name=f"Company {size}").update(employees=size)
    return {"alone", "unknown", "49", "50", "51"}


def test_yes_and_no_are_both_asked_of_a_boolean() -> None:
    a_lead("with", email="a@example.org")
    a_lead("without")
    assert who_meets(field("lead.email_usable", "is", True)) == ["with"]
    assert who_meets(field("lead.email_usable", "is", False)) == ["without"]
    assert who_meets(field("lead.email", "known")) == ["with"]


def test_a_window_on_a_moment_begins_after_its_first_instant_and_ends_with_its_last() -> None:
    a_lead("at the end", created_at=NOW)
    a_lead("just in", created_at=NOW - timedelta(days=7) + timedelta(microseconds=1))
    a_lead("just out", created_at=NOW - timedelta(days=7))
    within = field("lead.created_at", "within_days", 7)
    assert who_meets(within) == ["at the end", "just in"]
    assert who_meets({"not": within}) == ["just out"]
    assert who_meets(field("lead.created_at", "known")) == ["at the end", "just in", "just out"]


ATTRIBUTES: dict[str, dict[str, object]] = {
    "absent": {"other": 1},
    "array": {"a": [50]},
    "big": {"a": "1234567890123456789"},
    "false": {"a": False},
    "fifty": {"a": 50},
    "fifty in words": {"a": "50"},
    "half": {"a": 0.5},
    "negative": {"a": "-3.25"},
    "text": {"a": "Pro plan"},
    "true": {"a": True},
}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (field("lead.attributes.a", "is", "50"), ["fifty", "fifty in words"]),
        (field("lead.attributes.a", "is", 50), ["fifty", "fifty in words"]),
        (field("lead.attributes.a", "is", 50.0), ["fifty", "fifty in words"]),
        (field("lead.attributes.a", "is", True), ["true"]),
        (field("lead.attributes.a", "is", False), ["false"]),
        (field("lead.attributes.a", "is", "TRUE"), ["true"]),
        (field("lead.attributes.a", "is", ["pro PLAN", "true"]), ["text", "true"]),
        (field("lead.attributes.a", "contains", "5"), ["big", "fifty", "fifty in words", "half", "negative"]),
        (field("lead.attributes.a", "starts_with", "pro"), ["text"]),
        (field("lead.attributes.a", "matches", "*o p*"), ["text"]),
        (field("lead.attributes.a", "at_least", 0.5), ["fifty", "fifty in words", "half"]),
        (field("lead.attributes.a", "more_than", 0.5), ["fifty", "fifty in words"]),
        (field("lead.attributes.a", "at_most", -3.25), ["negative"]),
        (field("lead.attributes.a", "less_than", 50), ["half", "negative"]),
        (field("lead.attributes.a", "known"), sorted(ATTRIBUTES.keys() - {"absent", "array"})),
        (field("lead.attributes.b", "known"), []),
        (field("company.attributes.a", "known"), []),
    ],
)
def test_attributes_are_read_as_text_or_number_as_the_question_needs(criteria: Document, expected: list[str]) -> None:
    for name, attributes in ATTRIBUTES.items():
        a_lead(name, attributes=attributes)
    assert who_meets(criteria) == expected
    assert who_meets({"not": criteria}) == sorted(ATTRIBUTES.keys() - set(expected))


def test_groups_nest_and_what_is_unknown_is_false_at_the_leaf_only() -> None:
    texts()
    unknown = field("lead.segment", "is", "a")
    german = field("lead.country", "is", "germany")
    assert who_meets({"all": [german, {"not": unknown}]}) == ["plain"]
    assert who_meets({"any": [german, {"not": {"any": [unknown, german]}}]}) == ["none", "other", "plain"]
    assert who_meets({"not": {"not": german}}) == ["plain"]


def test_tests_merged_and_erased_leads_are_left_out() -> None:
    texts()
    counts = a_lead("counts")
    Lead.objects.filter(external_id="plain").update(is_test=True)
    Lead.objects.filter(external_id="none").update(erased_at=day(1))
    Lead.objects.filter(external_id="other").update(merged_into=counts)
    assert who_meets({"not": field("lead.segment", "known")}) == ["counts"]

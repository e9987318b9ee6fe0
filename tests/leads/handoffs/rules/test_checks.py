"""A rule that cannot be run cannot be signed: every error at once, each with its code, its place and what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY, Scope
from alignment.agreements.terms import as_document
from alignment.refusals import Refused
from leads.funnel.models import Category
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import KIND as FUNNEL
from leads.handoffs.checks import check
from leads.handoffs.kind import keys, starting
from leads.handoffs.terms import KIND
from tests.leads.handoffs.rules.funnels import sign_funnel
from tests.leads.handoffs.rules.wording import changed, errors, full, small
from tests.world import NOW, Cast, cast

pytestmark = pytest.mark.django_db
SCORE = {"score": "fit", "value": 3}
EMPLOYEES = {"field": "company.employees", "op": "at_least", "value": 50}


@pytest.fixture
def people() -> Cast:
    return cast()


def test_a_sound_rule_has_no_errors(people: Cast) -> None:
    assert errors(small(people)) == []
    assert errors(full(people)) == []


WRONG: tuple[tuple[dict[str, Any], list[tuple[str, str]]], ...] = (
    ({"criteria": SCORE}, [("criteria", "score_in_rule")]),
    ({"criteria": {"all": [EMPLOYEES, {"not": SCORE}]}}, [("criteria.all.1.not", "score_in_rule")]),
    ({"criteria": {"field": "lead.shoe", "op": "known"}}, [("criteria.field", "unknown_field")]),
    ({"criteria__op": "contains"}, [("criteria.op", "unknown_operator")]),
    ({"from__stage": "maybe"}, [("from.stage", "unknown_stage")]),
    ({"to__stage": "won"}, [("to.stage", "not_a_step")]),
    ({"from__stage": "recycled"}, [("from.stage", "not_a_step")]),
    ({"from__side": "sales"}, [("from.side", "wrong_side")]),
    ({"to": {"stage": "mql", "side": "marketing"}, "routing": [{"strategy": "company_owner"}]}, [("to.stage", "same_stage")]),
    ({"to": {"stage": "inquiry", "side": "marketing"}, "routing": [{"strategy": "company_owner"}]}, [("to.stage", "goes_back")]),
    ({"contact_within__hours": 3}, [("contact_within.hours", "contact_before_acceptance")]),
    ({"routing__0__team": 0}, [("routing.0.team", "unknown_team")]),
    ({"reasons__0__campaign": 5}, [("reasons.0.campaign", "campaign_without_recycling")]),
    ({"reasons": [{"key": "a", "title": "A", "next": "recycle", "campaign": 5}]}, [("reasons.0.campaign", "unknown_campaign")]),
    ({"reasons": [{"key": "a", "title": "A", "next": "reroute"}, {"key": "a", "title": "B", "next": "reroute"}]},
     [("reasons.1.key", "reason_twice")]),
    ({"holds": [{"key": "a", "title": "A", "most_hours": 1}, {"key": "a", "title": "B", "most_hours": 2}]},
     [("holds.1.key", "hold_twice")]),
    ({"escalate": [{"after": {"hours": 1}, "to": "both_leads"}, {"after": {"hours": 1}, "to": "both_leads"}]},
     [("escalate.1", "escalation_twice")]),
)  # fmt: skip


@pytest.mark.parametrize(("values", "found"), WRONG, ids=lambda value: str(value)[:50])
def test_what_is_wrong_is_named(people: Cast, values: dict[str, Any], found: list[tuple[str, str]]) -> None:
    said = errors(changed(small(people), **values))
    assert [(error.field, error.code) for error in said] == found
    assert all(error.detail.endswith(".") for error in said)


def test_receivers_must_be_there_and_of_the_side(people: Cast) -> None:
    sales = {"team": people.sales.pk}
    rows = [{"values": ["DACH"], "to": {**sales, "skill": "lead.created_at"}}, {"values": ["dach"], "to": sales}]
    document = changed(
        small(people),
        routing=[
            {"strategy": "queue", "team": people.marketing.pk},
            {"strategy": "weighted", "pool": {**sales, "people": [
                people.marketer.pk, 99_999_999, people.salesperson.pk, people.salesperson.pk]}},
            {"strategy": "named_account", "accounts": [
                {"company": "ACME", "person": people.marketer.pk}, {"company": "acme", "person": 99_999_999}]},
            {"strategy": "table", "field": "lead.email", "rows": rows},
            {"strategy": "round_robin", "pool": {**sales, "skill": "lead.shoe"}},
            {"strategy": "queue", "team": people.partners.pk},
        ],
    )  # fmt: skip
    assert {(error.field, error.code) for error in errors(document)} == {
        ("routing.0.team", "wrong_side"),
        ("routing.1.pool.people.0", "not_in_team"),
        ("routing.1.pool.people.1", "unknown_person"),
        ("routing.1.pool.people.3", "person_twice"),
        ("routing.2.accounts.0.person", "wrong_side"),
        ("routing.2.accounts.1.person", "unknown_person"),
        ("routing.2.accounts.1.company", "account_twice"),
        ("routing.3.field", "not_a_text"),
        ("routing.3.rows.0.to.skill", "not_a_text"),
        ("routing.3.rows.1.values.0", "value_twice"),
        ("routing.4.pool.skill", "unknown_field"),
    }


def test_a_partners_rule_goes_to_partners_only(people: Cast) -> None:
    to_partner = changed(small(people), to__side="partner", routing__0__team=people.partners.pk)
    assert errors(to_partner) == []
    assert [(error.field, error.code) for error in errors(changed(to_partner, routing__0__team=people.sales.pk))] == [
        ("routing.0.team", "wrong_side")
    ]


def test_without_a_recycled_stage_nobody_is_recycled(people: Cast) -> None:
    funnel = in_force(FUNNEL, ONLY_KEY, NOW)
    assert funnel is not None
    document = as_document(funnel.terms)
    stages = [stage for stage in document["stages"] if stage["category"] not in ("recycled", "disqualified")]
    document["stages"] = [*stages, *({"key": key, "counts_as": "lost"} for key in ("recycled", "disqualified"))]
    sign_funnel(people, document)
    assert stage_set().first_of(Category.RECYCLED) is None
    assert [(error.field, error.code) for error in errors(full(people))] == [
        ("reasons.0.next", "no_recycled_stage"),
        ("reasons.1.next", "no_disqualified_stage"),
    ]


def test_all_that_is_wrong_is_told_when_a_draft_is_saved(people: Cast) -> None:
    document = changed(small(people), from__stage="maybe", criteria=SCORE, routing__0__team=0)
    with pytest.raises(Refused) as caught:
        start_draft(KIND, "large", json.loads(json.dumps(document)), author=people.marketer, now=NOW)
    assert caught.value.code == "invalid_terms"
    assert [error.code for error in caught.value.errors] == ["score_in_rule", "unknown_stage", "unknown_team"]


def test_a_rule_to_begin_from_is_sound(people: Cast) -> None:
    assert keys() == ["mql-to-sal"]
    rule = starting("mql-to-sal")
    assert (rule.from_.stage, rule.to.stage) == ("mql", "sal")
    assert check(rule, Scope("mql-to-sal", NOW)) == []


def test_every_code_is_told_in_the_docs() -> None:
    root = Path(settings.ROOT)
    codes = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', (root / "leads/handoffs/checks.py").read_text()))
    text = (root / "docs" / "handoffs.md").read_text()
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []

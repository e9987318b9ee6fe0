"""Are scores the exact sum of their ledgers, fading by half-lives and held by caps? And does the explanation say so?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from leads.definitions.explaining import explain
from leads.records.models import Lead
from tests.leads.definitions.asking import Document, definition, field, who_meets
from tests.leads.definitions.laying import happened, lead_known
from tests.world import day

pytestmark = pytest.mark.django_db

AT = day(100)
FORMS: Document = {"activity": {"kinds": ["form"]}, "points": 10, "half_life_days": 7.0}


def engagement_at_least(value: float) -> Document:
    return {"score": "engagement", "op": "at_least", "value": value}


def points(lead: Lead, *rules: Document, caps: dict[str, int] | None = None) -> Decimal:
    """The lead's engagement score, which every way of asking agrees on to the cent."""
    score: Document = {"rules": list(rules), "caps": caps or {}}
    ledger = explain(definition(engagement_at_least(0), engagement=score), lead, AT).engagement
    assert ledger is not None
    assert ledger.score == sum(line.points for line in ledger.lines)
    assert who_meets(engagement_at_least(float(ledger.score)), AT, engagement=score) == [lead.external_id]
    assert who_meets(engagement_at_least(float(ledger.score) + 0.01), AT, engagement=score) == []
    return ledger.score


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "10.00"), (7, "5.00"), (14, "2.50"), (21, "1.25"), (28, "0.63"), (3.5, "7.07"), (70, "0.01"), (77, "0.00")],
)
def test_points_halve_with_each_half_life_and_halves_of_a_cent_are_rounded_up(days: float, expected: str) -> None:
    lead = lead_known("one")
    happened(lead, "form", AT - timedelta(days=days))
    assert points(lead, FORMS) == Decimal(expected)


def test_what_faded_long_ago_gives_nothing_and_is_still_counted() -> None:
    lead = lead_known("one")
    happened(lead, "form", AT - timedelta(days=90 * 365))
    happened(lead, "form", AT)
    ledger = explain(definition(engagement_at_least(1), engagement={"rules": [FORMS]}), lead, AT).engagement
    assert ledger is not None
    assert [(line.points, line.count) for line in ledger.lines] == [(Decimal("10.00"), 2)]


def test_each_activity_is_rounded_by_itself() -> None:
    lead = lead_known("one")
    for _ in range(3):
        happened(lead, "form", AT - timedelta(days=28))
    assert points(lead, FORMS) == Decimal("1.89")


def test_a_group_counts_up_to_its_cap_and_the_ledger_takes_the_rest_off() -> None:
    lead = lead_known("one")
    for kind in ("form", "form", "webinar"):
        happened(lead, kind, AT)
    rules: list[Document] = [
        {"activity": {"kinds": ["form"]}, "points": 10, "group": "web"},
        {"activity": {"kinds": ["webinar"]}, "points": 7, "group": "web"},
        {"activity": {"kinds": ["touch"]}, "points": 1, "within_days": 1},
    ]
    assert points(lead, *rules) == 30
    assert points(lead, *rules, caps={"web": 27}) == 30
    assert points(lead, *rules, caps={"web": 15}) == 18
    asked = definition(engagement_at_least(1), engagement={"rules": rules, "caps": {"web": 15}})
    ledger = explain(asked, lead, AT).engagement
    assert ledger is not None
    assert [(line.points, line.count) for line in ledger.lines] == [
        (Decimal(20), 2), (Decimal(7), 1), (Decimal(3), 3), (Decimal(-12), None),
    ]  # fmt: skip


def test_fit_adds_up_what_holds_under_its_caps_and_may_be_negative() -> None:
    lead = lead_known("one", country="Germany", source="web")
    fit: Document = {
        "rules": [
            {"when": field("lead.country", "is", "germany"), "points": 10, "group": "where"},
            {"when": field("lead.source", "known"), "points": 5, "group": "where"},
            {"when": {"not": field("company.employees", "known")}, "points": -20},
            {"when": {"consent": "marketing", "op": "granted"}, "points": 100},
        ],
        "caps": {"where": 12},
    }
    explained = explain(definition({"score": "fit", "op": "at_most", "value": -8}, fit=fit), lead, AT)
    assert explained.held
    assert explained.fit is not None
    assert [line.points for line in explained.fit.lines] == [10, 5, -20, 0, -3]
    assert explained.fit.score == -8
    assert who_meets({"score": "fit", "op": "at_most", "value": -8}, AT, fit=fit) == ["one"]
    assert who_meets({"score": "fit", "op": "at_least", "value": -7.5}, AT, fit=fit) == []


def test_an_explanation_counts_what_holds_and_says_what_was_found_and_what_is_missing() -> None:
    lead = lead_known("one", country="Germany")
    happened(lead, "page_view", day(99), url="https://x.example/pricing")
    happened(lead, "page_view", day(98), url="https://x.example/pricing")
    views: Document = {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "count": 3, "within_days": 30}
    asked = definition(
        {
            "all": [
                field("lead.country", "is", "germany"),
                views,
                {"all": [{"consent": "marketing"}, {"not": {"activity": {"kinds": ["unsubscribe"]}}}]},
                {"any": [field("company.employees", "at_least", 50), field("lead.source", "known")]},
            ]
        }
    )
    explained = explain(asked, lead, AT)
    assert not explained.held
    assert [(part.held, part.found) for part in explained.parts] == [
        (True, "Germany"), (False, "2 of 3"), (True, "nothing known"), (True, None), (False, None),
    ]  # fmt: skip
    assert explained.summary.startswith("meets 3 of 5; missing: ")
    assert len(explained.missing) == 2
    fact = explained.parts[1].fact
    assert fact is not None
    assert (fact.count, fact.last_at) == (2, day(99))
    assert [part.found for part in explained.parts[4].parts] == ["unknown", "unknown"]

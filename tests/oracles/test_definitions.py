"""Does the second evaluator judge leads as docs/definitions.md says? Every expected value is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from leads.definitions.terms import LeadDefinition
from tests.oracles.definition_cases import Case, cases
from tests.oracles.definition_facts import ActivityFact, CompanyFacts, ConsentFact, Facts, LeadFacts
from tests.oracles.definitions import (
    BACKTEST,
    LIVE,
    Known,
    candidates,
    first_moment,
    holds,
    leaves,
    ledger,
    path_of,
    score,
)

NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
LONG_AGO = NOON - 300 * DAY


def asks(criteria: object, **scores: object) -> LeadDefinition:
    return LeadDefinition.model_validate({"criteria": criteria, **scores})


def on(name: str, op: str, value: object = None) -> LeadDefinition:
    return asks({"field": name, "op": op, "value": value})


def a_lead(company: CompanyFacts | None = None, **fields: object) -> Facts:
    lead = LeadFacts(LONG_AGO, company="one" if company else None, **fields)  # type: ignore[arg-type]
    return Facts(lead, LONG_AGO, {"one": company} if company else {})


def did(at: datetime, kind: str = "page_view", *, recorded: datetime | None = None, **fields: object) -> ActivityFact:
    return ActivityFact(kind, at, recorded or at, **fields)  # type: ignore[arg-type]


def views(count: int, days: int | None = None, op: str = "at_least") -> dict[str, object]:
    return {"activity": {"kinds": ["page_view"]}, "op": op, "count": count, "within_days": days}


@pytest.mark.parametrize(
    ("stored", "op", "value", "expected"),
    [
        ("ÄHRE", "is", "ähre", True),
        ("Straße", "is", "STRASSE", False),
        ("ads", "is", ["web", "ADS"], True),
        ("ads ", "is", "ads", False),
        ("100%", "contains", "0%", True),
        ("1000", "contains", "0%", False),
        ("a_b", "starts_with", "A_", True),
        ("axb", "starts_with", "a_", False),
        ("ads", "matches", "a*s", True),
        ("ads", "matches", "a*d", False),
        ("a\nb", "matches", "a*b", True),
        ("ads", "matches", "*", True),
        ("a.c", "matches", "a.c", True),
        ("abc", "matches", "a.c", False),
        ("", "matches", "*", False),
        (None, "matches", "*", False),
        ("", "known", None, False),
        (" ", "known", None, True),
    ],
)
def test_texts(stored: str | None, op: str, value: object, expected: bool) -> None:
    assert holds(on("lead.source", op, value), a_lead(source=stored), NOON) is expected


@pytest.mark.parametrize(
    ("sent", "op", "value", "expected"),
    [
        (5, "is", 5, True),
        ("5", "is", 5, True),
        ("5.0", "is", 5, True),
        (5, "is", "5", True),
        (5.0, "is", "5", False),
        (5.0, "is", "5.0", True),
        (1e16, "is", "10000000000000000", True),
        (-0.0, "is", "0.0", True),
        ("5 ", "at_least", 1, False),
        ("+5", "at_least", 1, False),
        ("1e3", "at_least", 1, False),
        ("９", "at_least", 1, False),
        ("5.", "at_least", 1, False),
        ("-3.25", "at_most", -3.25, True),
        ("123456789012345678", "more_than", 1, True),
        ("1234567890123456789", "more_than", 1, False),
        (0.1, "is", 0.1, True),
        (True, "is", True, True),
        ("true", "is", True, False),
        (True, "is", "true", True),
        (True, "is", 1, False),
        (1, "is", True, False),
        (True, "at_least", 0, False),
        ([1], "known", None, False),
        ({}, "known", None, False),
        (False, "known", None, True),
        (None, "known", None, False),
        ("", "known", None, False),
        (["ads"], "contains", "ads", False),
    ],
)
def test_attributes_are_read_as_they_were_sent(sent: object, op: str, value: object, expected: bool) -> None:
    there = a_lead(attributes={"a.b": sent})
    assert holds(on("lead.attributes.a.b", op, value), there, NOON) is expected
    assert holds(asks({"not": {"field": "lead.attributes.a.b", "op": op, "value": value}}), there, NOON) is not expected


def test_what_is_not_known_holds_under_not_only() -> None:
    definition = on("company.employees", "at_most", 1_000)
    assert not holds(definition, a_lead(), NOON)
    assert not holds(definition, a_lead(CompanyFacts("one")), NOON)
    assert holds(definition, a_lead(CompanyFacts("one", employees=1_000)), NOON)
    assert holds(asks({"not": {"field": "company.employees", "op": "at_most", "value": 1_000}}), a_lead(), NOON)


@pytest.mark.parametrize(
    ("count", "days", "op", "expected"),
    [(1, 7, "at_least", True), (2, 7, "at_least", False), (1, 7, "at_most", True), (0, 7, "at_most", False), (2, 8, "at_least", True),
     (2, None, "at_least", True), (3, None, "at_least", False)],
)  # fmt: skip
def test_an_activity_of_exactly_seven_days_ago_has_left_seven_days(
    count: int, days: int | None, op: str, expected: bool
) -> None:
    there = replace(a_lead(), activities=(did(NOON - 7 * DAY), did(NOON - 7 * DAY + TICK), did(NOON + TICK)))
    assert holds(asks(views(count, days, op)), there, NOON) is expected


def test_what_is_learnt_later_counts_from_then_and_in_a_backtest_from_when_it_happened_if_imported() -> None:
    for imported in (True, False):
        there = replace(a_lead(), activities=(did(NOON, recorded=NOON + DAY, imported=imported),))
        assert [holds(asks(views(1)), there, at) for at in (NOON + DAY - TICK, NOON + DAY)] == [False, True]
        assert holds(asks(views(1)), there, NOON, BACKTEST) is imported
        assert first_moment(asks(views(1)), there, LONG_AGO, NOON + 9 * DAY) == NOON + DAY


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://x.example", "/"),
        ("https://x.example/", "/"),
        ("HTTPS://x.example/Pricing?a=/b#c", "/Pricing"),
        ("https://x.example?a=/b", "/"),
        ("https://x.example#/b", "/"),
        ("/pricing?x", "/pricing"),
        ("pricing", "pricing"),
        ("x.example/pricing", "x.example/pricing"),
        ("?a", "/"),
        ("1http://x/y", "1http://x/y"),
        ("https://x/y/http://z/w", "/y/http://z/w"),
    ],
)
def test_the_path_of_an_address(address: str, path: str) -> None:
    assert path_of(address) == path


def test_consent_is_the_latest_word_that_was_known() -> None:
    rows = (
        ConsentFact("marketing", "granted", NOON - 2 * DAY, NOON - 2 * DAY),
        ConsentFact("marketing", "withdrawn", NOON - DAY, NOON + DAY),
        ConsentFact("news", "refused", NOON - DAY, NOON - DAY),
        ConsentFact("news", "granted", NOON - DAY, NOON - DAY),
    )
    there = replace(a_lead(), consents=rows)

    def states(at: datetime, purpose: str) -> list[bool]:
        return [holds(asks({"consent": purpose, "op": op}), there, at) for op in ("granted", "allowed")]

    assert states(NOON, "marketing") == [True, True]
    assert states(NOON + DAY, "marketing") == [False, False]
    assert states(NOON, "news") == [True, True]
    assert states(NOON - 3 * DAY, "marketing") == states(NOON, "Marketing") == [False, True]


def test_scores_are_the_sums_of_their_ledgers_with_caps_as_lines() -> None:
    rules = [
        {"activity": {"kinds": ["page_view"]}, "points": 5, "half_life_days": 14, "within_days": 90, "group": "pages"},
        {"activity": {"kinds": ["form"]}, "points": -3},
    ]
    definition = asks(views(1), engagement={"rules": rules, "caps": {"pages": 7}})
    there = replace(
        a_lead(),
        activities=(did(NOON), did(NOON - 14 * DAY), did(NOON - 28 * DAY), did(NOON - 90 * DAY), did(NOON, "form")),
    )
    # 5 + 2.5 + 1.25 = 8.75, of which 7 count; one form takes 3 away.
    lines = [(line.rule, line.count, line.points) for line in ledger(definition, "engagement", there, NOON)]
    assert lines == [(0, 3, Decimal("8.75")), (1, 1, Decimal(-3)), (None, 0, Decimal("-1.75"))]
    assert score(definition, "engagement", there, NOON) == 4


def test_points_are_rounded_one_by_one_half_away_from_zero() -> None:
    definition = asks(
        views(1), engagement={"rules": [{"activity": {"kinds": ["page_view"]}, "points": 1, "half_life_days": 1}]}
    )
    # 1 / 2^3 = 0.125 each is 0.13, twice 0.26 and not 0.25.
    there = replace(a_lead(), activities=(did(NOON - 3 * DAY), did(NOON - 3 * DAY)))
    assert score(definition, "engagement", there, NOON) == Decimal("0.26")


def test_fit_counts_rules_that_hold() -> None:
    rules = [
        {"when": {"field": "company.employees", "op": "at_least", "value": 50}, "points": 10, "group": "g"},
        {"when": {"field": "company.industry", "op": "known"}, "points": 5, "group": "g"},
        {"when": {"not": {"field": "lead.title", "op": "known"}}, "points": -2},
    ]
    definition = asks({"score": "fit", "value": 10}, fit={"rules": rules, "caps": {"g": 12}})
    there = a_lead(CompanyFacts("one", employees=50, industry="x"))
    assert [line.points for line in ledger(definition, "fit", there, NOON)] == [10, 5, -2, -3]
    assert holds(definition, there, NOON)
    assert not holds(asks({"score": "fit", "value": 10.01}, fit={"rules": rules, "caps": {"g": 12}}), there, NOON)


def test_fields_are_those_of_the_moment_and_in_a_backtest_those_of_today() -> None:
    there = a_lead(source="web")
    before = ((NOON, replace(there.lead, source="ads")), (NOON - DAY, replace(there.lead, source="list")))
    there = replace(there, lead_before=before)
    moments = (NOON - DAY - TICK, NOON - DAY, NOON - TICK, NOON)
    assert [holds(on("lead.source", "is", "ads"), there, at) for at in moments] == [False, True, True, False]
    assert not holds(on("lead.source", "is", "ads"), there, NOON - TICK, BACKTEST)
    assert first_moment(on("lead.source", "is", "web"), there, LONG_AGO, NOON) == NOON


def test_time_alone_can_qualify_a_lead() -> None:
    there = replace(a_lead(), activities=(did(NOON - 3 * DAY),))
    quiet = asks(views(0, 7, "at_most"))
    assert first_moment(quiet, there, NOON, NOON + 30 * DAY) == NOON + 4 * DAY
    assert first_moment(quiet, there, NOON, NOON + 4 * DAY - TICK) is None


def test_nothing_is_judged_before_the_lead_is_there() -> None:
    there = replace(a_lead(), recorded_at=NOON)
    unknown = asks({"not": {"field": "lead.title", "op": "known"}})
    assert first_moment(unknown, there, LONG_AGO, NOON - TICK) is None
    assert first_moment(unknown, there, LONG_AGO, NOON) == NOON
    assert first_moment(unknown, there, LONG_AGO - DAY, NOON, BACKTEST) == LONG_AGO


def test_leaves_are_told_one_by_one_in_order() -> None:
    definition = asks(
        {"all": [{"not": views(1)}, {"any": [views(0, None, "at_most"), {"consent": "a", "op": "granted"}]}]}
    )
    assert [(leaf.path, leaf.holds) for leaf in leaves(definition, a_lead(), NOON)] == [
        ("criteria.all.0.not", False),
        ("criteria.all.1.any.0", True),
        ("criteria.all.1.any.1", False),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(most=1))
def test_no_instant_between_two_candidates_is_the_first(case: Case) -> None:
    """Between candidates the answer cannot become yes: halfway, and a tick before and after, it is no while it was no."""
    for known in (LIVE, BACKTEST):
        assert_only_candidates_begin(case.definition, case.people[0], known)


def assert_only_candidates_begin(definition: LeadDefinition, found: Facts, known: Known) -> None:
    since, until = NOON - 30 * DAY, NOON + 20 * DAY
    at = candidates(definition, found, since, until, known)
    for one, other in pairwise(at):
        if not holds(definition, found, one, known):
            between = {one + TICK, one + (other - one) / 2, other - TICK}
            assert not any(holds(definition, found, moment, known) for moment in between if one < moment < other)

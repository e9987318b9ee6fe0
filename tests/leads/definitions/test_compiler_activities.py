"""Which activities and consents count at a moment, and how many? Exact tables with both borders, and each under `not`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from leads.privacy.models import Consent
from leads.records.models import Lead
from tests.leads.definitions.asking import Document, who_meets
from tests.leads.definitions.laying import happened, imported, lead_known
from tests.world import NOW, day

pytestmark = pytest.mark.django_db

AT = day(100)
TICK = timedelta(microseconds=1)


def activity(
    *kinds: str, op: str = "at_least", count: int = 1, within_days: int | None = None, **patterns: Any
) -> Document:
    return {
        "activity": {"kinds": list(kinds), **patterns},
        "op": op,
        "count": count,
        "within_days": within_days,
    }


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (activity("page_view", count=0), ["none", "one", "three", "two"]),
        (activity("page_view"), ["one", "three", "two"]),
        (activity("page_view", count=2), ["three", "two"]),
        (activity("page_view", count=3), ["three"]),
        (activity("page_view", count=4), []),
        (activity("page_view", op="at_most", count=0), ["none"]),
        (activity("page_view", op="at_most", count=2), ["none", "one", "two"]),
        (activity("page_view", op="at_most", count=3), ["none", "one", "three", "two"]),
        (activity("touch", count=3), ["three", "two"]),
        (activity("form", "page_view", count=3), ["three", "two"]),
        (activity("form"), ["two"]),
        (activity("unknown kind"), []),
    ],
)
def test_activities_of_the_kinds_are_counted_to_both_borders(criteria: Document, expected: list[str]) -> None:
    lead_known("none")
    for name, views in (("one", 1), ("two", 2), ("three", 3)):
        lead = lead_known(name)
        for number in range(views):
            happened(lead, "page_view", day(number))
    happened(lead_of("two"), "form", day(1))
    happened(lead_of("none"), "email_open", day(1))
    assert who_meets(criteria, AT) == expected
    assert who_meets({"not": criteria}, AT) == sorted({"none", "one", "two", "three"} - set(expected))


def lead_of(name: str) -> Lead:
    return Lead.objects.get(external_id=name)


def test_a_window_begins_after_its_first_instant_and_ends_with_its_last() -> None:
    for name, at in {
        "just out": AT - timedelta(days=30),
        "just in": AT - timedelta(days=30) + TICK,
        "now": AT,
        "to come": AT + TICK,
    }.items():
        happened(lead_known(name), "form", at)
    assert who_meets(activity("form", within_days=30), AT) == ["just in", "now"]
    assert who_meets(activity("form"), AT) == ["just in", "just out", "now"]
    assert who_meets(activity("form", op="at_most", count=0, within_days=30), AT) == ["just out", "to come"]


def test_what_was_recorded_later_was_not_known_but_an_import_is_for_a_backtest() -> None:
    for name, recorded_at, import_id in (("then", AT, None), ("late", AT + TICK, None), ("imported", AT + TICK, 7)):
        lead = lead_known(name)
        form = happened(lead, "form", day(1), recorded_at=recorded_at)
        imported(form, import_id)
    assert who_meets(activity("form"), AT) == ["then"]
    assert who_meets(activity("form"), AT, backtest=True) == ["imported", "then"]
    assert who_meets(activity("form"), NOW) == ["imported", "late", "then"]


ADDRESSES = {
    "bare": "/pricing",
    "deep": "https://x.example/Pricing/Enterprise?a=1#top",
    "elsewhere": "https://x.example/about?next=/pricing",
    "host": "https://pricing.example",
    "percent": "https://x.example/100%25_off",
    "plain": "http://x.example/pricing#plans",
    "root": "https://x.example/?q=1",
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/pricing", ["bare", "plain"]),
        ("/pricing*", ["bare", "deep", "plain"]),
        ("/PRICING/*", ["deep"]),
        ("/", ["host", "root"]),
        ("/*", sorted(ADDRESSES)),
        ("/*enterprise", ["deep"]),
        ("/p*e", ["deep"]),
        ("/100%*_off", ["percent"]),
        ("/100_25*", []),
        ("*pricing*", ["bare", "deep", "elsewhere", "host", "plain"]),
        ("https://x.example/*", ["deep", "elsewhere", "percent", "root"]),
        ("pricing", []),
        ("*", sorted(ADDRESSES)),
    ],
)
def test_a_pattern_of_a_path_is_held_against_the_path_and_any_other_against_the_whole(
    pattern: str, expected: list[str]
) -> None:
    for name, address in ADDRESSES.items():
        happened(lead_known(name), "page_view", day(1), url=address)
    happened(lead_known("none"), "page_view", day(1))
    assert who_meets(activity("page_view", url=pattern), AT) == expected
    assert who_meets({"not": activity("page_view", url=pattern)}, AT) == sorted({*ADDRESSES, "none"} - set(expected))


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ({"asset": "guide*"}, ["both", "guide"]),
        ({"asset": "guide to 1*"}, ["both"]),
        ({"campaign": "SPRING*"}, ["both", "spring"]),
        ({"campaign": "spring 24", "asset": "*"}, ["both"]),
        ({"channel": "web"}, ["both"]),
        ({"outcome": "*done*"}, ["both"]),
        ({"outcome": "done"}, []),
    ],
)
def test_every_pattern_given_must_fit_the_same_activity(patterns: dict[str, Any], expected: list[str]) -> None:
    happened(
        lead_known("both"),
        "content",
        day(1),
        asset="Guide to 100%",
        campaign="Spring 24",
        channel="Web",
        outcome="Well done!",
    )
    happened(lead_known("guide"), "content", day(1), asset="guide")
    happened(lead_known("spring"), "content", day(1), campaign="spring 24")
    happened(lead_known("none"), "content", day(1))
    assert who_meets(activity("content", **patterns), AT) == expected


def said(lead: Lead, state: str, at: datetime, recorded_at: datetime | None = None) -> None:
    Consent.objects.create(lead=lead, purpose="marketing", state=state, at=at, recorded_at=recorded_at or at)


def test_the_latest_word_known_on_a_purpose_counts() -> None:
    lead_known("never asked")
    for state in ("granted", "refused", "withdrawn"):
        said(lead_known(state), state, AT)
    again = lead_known("granted again")
    said(again, "withdrawn", day(1))
    said(again, "granted", day(1))
    late = lead_known("withdrawn, known late")
    said(late, "granted", day(1))
    said(late, "withdrawn", day(2), recorded_at=AT + TICK)
    granted = ["granted", "granted again", "withdrawn, known late"]
    assert who_meets({"consent": "marketing", "op": "granted"}, AT) == granted
    assert who_meets({"consent": "marketing", "op": "allowed"}, AT) == sorted([*granted, "never asked"])
    assert who_meets({"not": {"consent": "marketing", "op": "allowed"}}, AT) == ["refused", "withdrawn"]
    assert who_meets({"consent": "other", "op": "granted"}, AT) == []

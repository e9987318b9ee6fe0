"""People write a handoff rule by hand: with a script and without, by keys alone, wide and narrow, light and dark."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from leads.handoffs.terms import KIND
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import OVERFLOW, barriers
from tests.leads.handoffs.rules.wording import changed, full
from tests.world import NOW, Cast

EDIT = "/handoff-rules/large/draft/1/"


@pytest.fixture
def draft(people: Cast) -> Version:
    document = changed(full(people), criteria={"all": [{"field": "company.employees", "op": "at_least", "value": 50}]})
    return start_draft(KIND, "large", json.loads(json.dumps(document)), author=people.marketer, now=NOW)


def ready(page: Page) -> None:
    """The page is there, with what it says."""
    page.goto(EDIT)
    expect(page.get_by_role("heading", name="Whom it concerns")).to_be_visible()


def test_the_words_follow_what_is_typed_and_a_press_keeps_ones_place(
    people: Cast, opened: Open, mishaps: list[str], draft: Version
) -> None:
    page = opened(people.marketer)
    ready(page)
    page.locator("#terms-accept_within-hours").fill("2")
    expect(page.locator("#preview")).to_contain_text("accepted within 2 hours")
    page.locator("#terms-routing-6-strategy").select_option("weighted")
    expect(page.locator("#terms-routing-6-skill")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("7. Somebody of Sales, in turn and weighted by capacity.")
    page.get_by_role("button", name="Add reason").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#terms-reasons-3-title")).to_be_visible()
    page.locator("#terms-reasons-3-title").fill("Too small")
    page.get_by_role("button", name="Move Reason 4 up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#terms-reasons-2-title")).to_have_value("Too small")
    page.get_by_role("button", name="Condition in The criteria").click()
    page.locator("#what-c-1").fill("Country")
    page.keyboard.press("Tab")
    expect(page.locator("#op-c-1")).to_be_visible()
    page.locator("#value0-c-1").fill("DE")
    expect(page.locator("#preview")).to_contain_text("the country “DE”")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    draft.refresh_from_db()
    assert draft.terms["accept_within"]["hours"] == 2
    assert [reason["key"] for reason in draft.terms["reasons"]] == ["not-ready", "no-fit", "too-small", "not-mine"]
    assert mishaps == []


def test_it_works_without_a_script(people: Cast, opened: Open, mishaps: list[str], draft: Version) -> None:
    page = opened(people.sales_lead, java_script_enabled=False)
    page.goto(EDIT)
    page.get_by_role("button", name="Add wait").click()
    page.locator("#terms-holds-1-title").fill("On holiday")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    expect(page.locator("#preview")).to_contain_text("“On holiday”")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (375, False)])
def test_nothing_bars_the_way(
    people: Cast, opened: Open, mishaps: list[str], draft: Version, width: int, dark: bool
) -> None:
    page = opened(people.marketer, width=width, dark=dark)
    ready(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert barriers(page) == []
    assert mishaps == []

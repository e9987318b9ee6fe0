"""People build a lead definition by hand: by pointer and by keys alone, wide and narrow, light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import OVERFLOW, barriers, look
from tests.world import NOW, Cast

DOCUMENT = {
    "criteria": {
        "all": [
            {"field": "lead.country", "op": "is", "value": "DE"},
            {"any": [{"activity": {"kinds": ["form"]}}, {"score": "engagement", "value": 30}]},
            {"consent": "marketing"},
        ]
    },
    "fit": {"rules": [{"when": {"field": "lead.title", "op": "contains", "value": "head"}, "points": 5, "group": "role"}]},
    "engagement": {"rules": [{"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "points": 5, "half_life_days": 14}]},
}  # fmt: skip
EDIT = "/agreements/lead_definition/mql/1/edit/"


@pytest.fixture
def draft(people: Cast) -> Version:
    return start_draft("lead_definition", "mql", DOCUMENT, author=people.marketer, now=NOW)


def ready(page: Page) -> None:
    """The page is there, with its first count."""
    page.goto(EDIT)
    expect(page.get_by_role("heading", name="Leads that meet it now")).to_be_visible()


def whats(page: Page) -> list[str]:
    """What the rows of the outermost group ask about, groups as “group”."""
    rows = page.locator("#at-c > .ed-items > li > [data-path]")
    page.wait_for_load_state()  # without a script a press is a new page
    return [
        row.locator("input").first.input_value() if "ed-row" in (row.get_attribute("class") or "") else "group"
        for row in rows.all()
    ]


def test_a_condition_is_built_by_keys_alone(people: Cast, opened: Open, mishaps: list[str], draft: Version) -> None:
    page = opened(people.marketer)
    ready(page)
    page.get_by_role("button", name="Condition in The criteria").focus()
    page.keyboard.press("Enter")
    what = page.get_by_role("combobox", name="What this asks about").nth(4)
    expect(what).to_be_focused()
    page.keyboard.type("job")
    expect(page.get_by_role("option", name="Job title")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is asked, Job title").first).to_be_visible()
    expect(page.locator("#what-c-3")).to_be_focused()
    expect(page.locator("#op-c-3")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("c")
    expect(page.locator("#op-c-3")).to_have_value("contains")
    expect(page.locator("#wrong-c-3")).to_contain_text("Say which value.")
    page.locator("#value-c-3").focus()
    page.keyboard.type("director")
    expect(page.locator("#preview")).to_contain_text("director")
    expect(page.locator("#wrong-c-3")).to_be_empty()
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved.")
    draft.refresh_from_db()
    assert draft.terms["criteria"]["all"][3] == {"field": "lead.title", "op": "contains", "value": "director"}
    assert mishaps == []


def test_rows_move_by_keys_and_the_focus_goes_with_them(
    people: Cast, opened: Open, mishaps: list[str], draft: Version
) -> None:
    page = opened(people.salesperson)
    ready(page)
    page.locator("#handle-c-2").focus()
    for key, said, where in (
        ("ArrowUp", "The condition moved up, 2 of 3.", "c-1"),
        ("ArrowRight", "The condition moved into the group after it.", "c-1-0"),
        ("ArrowDown", "The condition moved down, 2 of 3.", "c-1-1"),
        ("ArrowLeft", "The condition moved out of its group.", "c-2"),
        ("d", "The condition was copied below.", "c-3"),
        ("Delete", "The condition was removed.", "c-2"),
    ):
        page.keyboard.press(key)
        expect(page.locator("#spoken")).to_have_text(said)
        expect(page.locator(f"#handle-{where}")).to_be_focused()
    assert whats(page) == ["Country", "group", "Consent"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#spoken")).to_have_text("Put back as it was.")
    assert whats(page) == ["Country", "group", "Consent", "Consent"]
    assert mishaps == []


def test_a_row_is_dragged_to_another_place(people: Cast, opened: Open, mishaps: list[str], draft: Version) -> None:
    page = opened(people.marketer)
    page.set_viewport_size({"width": 1280, "height": 1400})
    ready(page)
    grip, goal = page.locator("#handle-c-0").bounding_box(), page.locator("#at-c-2").bounding_box()
    assert grip
    assert goal
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(goal["x"] + 60, goal["y"] + goal["height"] - 4, steps=6)
    expect(page.locator(".drop-here")).to_be_visible()
    page.mouse.up()
    expect(page.locator("#spoken")).to_have_text("The condition was moved.")
    assert whats(page) == ["group", "Consent", "Country"]
    assert mishaps == []


def test_values_are_offered_from_real_data_and_several_may_fit(
    people: Cast, opened: Open, mishaps: list[str], draft: Version
) -> None:
    page = opened(people.marketer)
    ready(page)
    page.locator("#what-c-0").fill("Source")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#value0-c-0")).to_have_value("DE")
    page.locator("#value0-c-0").fill("we")
    page.get_by_role("option", name="web").click()
    expect(page.locator("#value0-c-0")).to_have_value("web")
    page.locator("#value1-c-0").fill("referral")
    expect(page.locator("#value2-c-0")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("“web” or “referral”")
    assert mishaps == []


def test_the_leads_behind_the_count_are_shown_and_one_is_tried(
    people: Cast, opened: Open, mishaps: list[str], draft: Version
) -> None:
    page = opened(people.salesperson)
    ready(page)
    page.locator("#how-c").select_option("none")
    expect(page.locator("#preview")).to_contain_text(
        "engagement"
    )  # said at the row: engagement may not stand under not
    page.locator("#how-c").select_option("any")
    page.get_by_role("button", name="Show the leads").click()
    expect(page.get_by_role("heading", name="Leads that meet it")).to_have_count(2)
    page.get_by_label("Name or address of a lead").fill("wanda worked 3")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("#preview")).to_contain_text("Together")
    assert mishaps == []


def test_the_document_goes_both_ways(people: Cast, opened: Open, mishaps: list[str], draft: Version) -> None:
    page = opened(people.marketer)
    ready(page)
    page.get_by_role("button", name="Show the document").click()
    text = page.get_by_label("The document", exact=True).last
    expect(text).to_contain_text("lead.country")
    page.locator("#value0-c-0").fill("AT")
    expect(text).to_have_value(re.compile("AT"))
    text.fill('{"criteria": {"field": "company.employees", "op": "at_least", "value": 12}}')
    page.get_by_role("button", name="Use this document").click()
    expect(page.locator("#spoken")).to_have_text("The rows now say what the document says.")
    assert whats(page) == ["Company size"]
    assert mishaps == []


def test_it_works_without_a_script(people: Cast, opened: Open, draft: Version) -> None:
    page = opened(people.marketer, java_script_enabled=False)
    page.goto(EDIT)
    page.get_by_role("button", name="Condition in The criteria").click()
    page.locator("#what-c-3").fill("Did: Webinar")
    page.keyboard.press("Enter")
    page.locator("#days-c-3").fill("90")
    page.locator("#handle-c-3").click()
    page.locator("[data-handle='c.3']").get_by_role("button", name="Move up").click()
    assert whats(page) == ["Country", "group", "Activities", "Consent"]
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    expect(page.locator("#preview")).to_contain_text("webinar")
    draft.refresh_from_db()
    assert draft.terms["criteria"]["all"][2]["within_days"] == 90


def test_the_editor_is_well_made(people: Cast, opened: Open, mishaps: list[str], draft: Version) -> None:
    for width, dark in ((1280, False), (360, True)):
        for who in (people.marketing_lead, people.manager):
            page = opened(who, width=width, dark=dark)
            mishaps += look(page, EDIT)
        page = opened(people.marketing_lead, width=width, dark=dark)
        ready(page)
        page.get_by_role("button", name="Show the document").click()
        page.get_by_role("button", name="Condition in The criteria").click()
        expect(page.locator("#what-c-3")).to_be_focused()
        page.locator("#handle-c-1-0").click()
        mishaps += barriers(page)
        assert page.evaluate(OVERFLOW) <= 0
    assert mishaps == []

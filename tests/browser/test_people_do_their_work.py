"""Each kind of user signs in and does the main thing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from leads.models import Activity, Lead, Note
from tests.browser.conftest import Open
from tests.company import YEAR
from tests.world import PASSWORD, Cast


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("who", ["marketer", "salesperson", "sales_lead", "partner", "manager", "operator"])
def test_somebody_signs_in_and_finds_their_places(people: Cast, opened: Open, mishaps: list[str], who: str) -> None:
    page = opened()
    sign_in(page, getattr(people, who).email)
    page.wait_for_url("**/inbox/" if who in ("salesperson", "sales_lead", "partner") else re.compile(r":\d+/$"))
    rail = page.get_by_role("navigation", name="Main", exact=True)
    expect(rail.get_by_role("link", name="Leads", exact=True)).to_be_visible()
    expect(rail.get_by_role("link", name="Admin")).to_have_count(1 if who == "operator" else 0)
    expect(rail.get_by_role("link", name="Dashboard")).to_have_count(0 if who == "partner" else 1)
    assert mishaps == []


def test_a_marketer_sees_what_became_of_the_leads(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.marketer)
    page.goto(f"/my-leads/?{YEAR}")
    expect(page.get_by_role("link", name="All that came in")).to_have_attribute("aria-current", "true")
    row = page.get_by_role("table").first.get_by_role("row").filter(has_text="referral")
    row.get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 lead that reached Loyal")
    expect(page.get_by_role("row")).to_have_count(2)
    assert mishaps == []


def test_a_salesperson_notes_an_outcome_in_two_taps(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.salesperson, width=360, has_touch=True, is_mobile=True)
    page.goto("/inbox/")
    card = page.get_by_role("listitem").filter(has_text="Wanda Worked 3")
    expect(card).to_contain_text("They answered")
    expect(card.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+493012345673")
    card.get_by_role("button", name="Reached").tap()
    expect(page.get_by_text("Wanda Worked 3: reached. Logged.")).to_be_visible()
    assert Activity.objects.filter(lead__external_id="worked-3", outcome="Reached").count() == 1
    assert mishaps == []


def test_a_draft_survives_a_lost_signal(people: Cast, opened: Open) -> None:
    page = opened(people.salesperson, width=360)
    page.goto("/inbox/")
    card = page.get_by_role("listitem").filter(has_text="Wanda Worked 3")
    page.context.set_offline(True)
    card.get_by_role("textbox").fill("Wants the small package")
    card.get_by_role("button", name="Meeting agreed").click()
    expect(card.get_by_role("status")).to_contain_text("No signal")
    assert not Note.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("Wanda Worked 3: meeting agreed. Logged.")).to_be_visible()
    lead = Lead.objects.get(external_id="worked-3")
    assert [note.body for note in Note.objects.filter(lead=lead)] == ["Wants the small package"]
    assert Activity.objects.filter(lead=lead, outcome="Meeting agreed").count() == 1


def test_a_draft_is_there_again_on_the_next_visit(people: Cast, opened: Open) -> None:
    page = opened(people.salesperson, width=360)
    page.goto("/inbox/")
    page.get_by_role("listitem").filter(has_text="Wanda Worked 3").get_by_role("textbox").fill("Half a thou")
    page.goto("/leads/")
    page.goto("/inbox/")
    card = page.get_by_role("listitem").filter(has_text="Wanda Worked 3")
    expect(card.get_by_role("textbox")).to_have_value("Half a thou")
    expect(card.get_by_role("status")).to_contain_text("Draft kept on this device")


def test_what_waits_goes_out_from_any_page(people: Cast, opened: Open) -> None:
    page = opened(people.salesperson, width=360)
    page.goto("/inbox/")
    card = page.get_by_role("listitem").filter(has_text="Wanda Worked 3")
    page.route("**/now/*/", lambda route: route.abort())
    card.get_by_role("textbox").fill("From the lift")
    card.get_by_role("button", name="No answer").click()
    expect(card.get_by_role("status")).to_contain_text("No signal")
    page.unroute("**/now/*/")
    with page.expect_response(lambda answer: "/now/" in answer.url and answer.request.method == "POST"):
        page.goto("/leakage/")
    assert [note.body for note in Note.objects.all()] == ["From the lift"]


def test_keys_go_where_they_say(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.manager)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search leads")).to_be_focused()
    page.keyboard.press("Tab")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**/leakage/")
    assert mishaps == []


def test_a_chosen_theme_is_remembered(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.manager)
    page.goto("/leakage/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/reports/flow/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert mishaps == []


def test_pages_work_without_scripts(people: Cast, opened: Open) -> None:
    page = opened(people.salesperson, java_script_enabled=False)
    page.goto(f"/?{YEAR}")
    expect(page.get_by_role("region", name="Funnel, as a table")).to_be_visible()
    page.goto("/inbox/")
    card = page.get_by_role("listitem").filter(has_text="Wanda Worked 3")
    card.get_by_role("textbox").fill("By hand")
    card.get_by_role("button", name="Reached").click()
    expect(page.get_by_text("Wanda Worked 3: reached. Logged.")).to_be_visible()

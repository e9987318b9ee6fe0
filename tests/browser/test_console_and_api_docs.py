"""The operators' console and the API's page work in a browser under their policies, and ask nobody else for anything."""

from __future__ import annotations

from playwright.sync_api import expect

from leads.models import Lead
from tests.browser.conftest import Open
from tests.world import Cast


def test_the_api_is_described_on_a_page_of_its_own(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.marketer)
    page.set_default_timeout(60_000)  # drawing forty operations takes a busy machine its time
    page.goto("/api/v1/docs/")
    page.get_by_text("/api/v1/leads/bulk").click(no_wait_after=True)
    expect(page.get_by_text("Up to a thousand leads at once")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Try it out").first).to_be_visible()
    assert mishaps == []


def test_an_operator_finds_a_lead_in_the_console_and_has_it_recomputed(
    people: Cast, opened: Open, mishaps: list[str]
) -> None:
    page = opened(people.operator)
    page.goto("/admin/")
    page.locator("a[href='/admin/leads/lead/']").last.click()
    lead = Lead.objects.order_by("-created_at")[0]
    page.goto(f"/admin/leads/lead/?q={lead.pk}")
    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("recompute")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("will be recomputed in a moment")).to_be_visible()
    page.goto(f"/admin/leads/lead/{lead.pk}/change/")
    expect(page.get_by_text("External id")).to_be_visible()
    assert mishaps == []

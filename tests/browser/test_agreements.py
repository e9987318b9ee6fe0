"""Both sides agree in a browser: written by keyboard, tried on the past, argued about, signed; also without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alignment.agreements import comments, deciding, kinds, overriding
from alignment.agreements.backtests import run_waiting
from alignment.agreements.in_force import in_force
from tests.agreements.pages.conftest import agreed, draft, path, proposed
from tests.agreements.pages.kitchen import CELLAR, KITCHEN
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import OVERFLOW, SIZES, barriers
from tests.clocks import present_is
from tests.world import NOW, Cast

SHIFTS = {
    "shifts": [{"who": "Ada", "side": "sales"}, {"who": "Bob", "side": "marketing", "late": True}],
    "guests": ["Cleo"],
}
UNFOLD = "document.querySelectorAll('main details').forEach(fold => fold.open = true)"


@pytest.fixture
def kitchens(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The company, with two kinds that only tests know."""
    monkeypatch.setitem(kinds._kinds, "kitchen", KITCHEN)
    monkeypatch.setitem(kinds._kinds, "cellar", CELLAR)
    return people


def with_history(people: Cast) -> list[str]:
    """Pages of an agreement that has seen everything: agreed, rejected, overridden, proposed, drafted."""
    agreed(people, 30, terms=SHIFTS)
    second = proposed(people.marketer, 10)
    deciding.reject(second.pk, by=people.sales_lead, now=NOW, reason="Too soon.")
    third = draft(people.marketing_lead, 25, terms={"note": "A sentence that is long. " * 12})
    overriding.override(third.pk, by=people.operator, reason="The pot burnt.", now=NOW + timedelta(seconds=1))
    fourth = proposed(people.marketing_lead, 20, terms=SHIFTS, review_by=(NOW + timedelta(days=90)).date())
    said = comments.comment(fourth, "Why twenty?", by=people.salesperson, now=NOW)
    comments.comment(fourth, "Because it holds.", by=people.marketer, now=NOW, parent_id=said.pk)
    fifth = draft(people.sales_lead, 15, terms=SHIFTS)
    one = "/agreements/kitchen/one/"
    return [
        "/agreements/", one, "/agreements/kitchen/two/", *(f"{one}{number}/" for number in range(1, 6)),
        f"{one}compare/1/4/", path(fifth, "write"), f"{path(fifth, 'write')}?as=document", "/agreements/funnel/default/", "/",
    ]  # fmt: skip


def test_pages_of_agreements_are_well_made(
    kitchens: Cast, opened: Open, mishaps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = with_history(kitchens)
    present_is(NOW + timedelta(minutes=1), monkeypatch)
    for who, (width, dark) in zip((kitchens.sales_lead, kitchens.operator), SIZES, strict=True):
        page = opened(who, width=width, dark=dark)
        for address in pages:
            page.goto(address)
            page.evaluate(UNFOLD)
            assert page.evaluate(OVERFLOW) <= 0, address
            mishaps += barriers(page)
    assert mishaps == []


def test_both_sides_agree_in_the_browser(kitchens: Cast, opened: Open, mishaps: list[str]) -> None:
    agreed(kitchens, 30, terms=SHIFTS)
    marketing = opened(kitchens.marketing_lead)
    marketing.goto("/agreements/kitchen/one/")
    marketing.get_by_role("button", name="Propose a change").click()
    _write_by_keyboard(marketing)
    expect(marketing.get_by_text("coffee made anew after 30 days → 20 days")).to_be_visible()
    marketing.get_by_label("Why (optional)").fill("Stale coffee loses deals.")
    marketing.get_by_role("button", name="Propose, and sign for marketing").click()
    expect(marketing.get_by_text("Proposed, and both sides are told. It waits for sales.")).to_be_visible()

    sales = opened(kitchens.sales_lead, width=360)
    sales.goto("/agreements/")
    sales.get_by_role("link", name="Look and decide: The kitchen on one").click()
    sales.get_by_label("Say something").fill("Show me.")
    sales.get_by_role("button", name="Comment").click()
    expect(sales.get_by_text("Show me.")).to_be_visible()
    sales.get_by_role("button", name="Try it on the past").click()
    expect(sales.get_by_text("Waiting for a worker: 90 days.")).to_be_visible()
    run_waiting()
    expect(sales.get_by_text("90 days up to 1 Dec 2024, 12:00")).to_be_visible()
    sales.get_by_role("button", name="Sign for sales: takes effect at once").click()
    expect(sales.get_by_text("Signed for sales. It is in force.")).to_be_visible()
    present = in_force("kitchen", "one", NOW)
    assert present is not None
    assert (present.number, [shift.who for shift in present.terms.shifts]) == (2, ["Bob", "Ada", "Cleo"])
    assert mishaps == []


def _write_by_keyboard(page: Page) -> None:
    """Change a number, move a row, add one: the focus stays with what was moved, and the sentences follow."""
    page.get_by_label("Limit days").fill("20")
    page.get_by_label("Limit days").press("Tab")
    expect(page.locator("#preview")).to_contain_text("Coffee is made anew after 20 days.")
    page.get_by_role("button", name="Move Shift 1 down").press("Enter")
    expect(page.locator("[name='terms.shifts.1.who']")).to_have_value("Ada")
    expect(page.get_by_role("button", name="Move Shift 2 up")).to_be_focused()
    page.get_by_role("button", name="Add shift").press("Enter")
    page.locator("[name='terms.shifts.2.who']").fill("Cleo")
    page.locator("[name='terms.shifts.2.side']").select_option("sales")
    page.locator("[name='terms.shifts.2.who']").press("Enter")
    expect(page).to_have_url(re.compile(r"/agreements/kitchen/one/2/$"))


def test_it_all_works_without_a_script(kitchens: Cast, opened: Open) -> None:
    page = opened(kitchens.marketing_lead, java_script_enabled=False)
    page.goto("/agreements/")
    page.get_by_role("button", name="Start: The kitchen on one").click()
    page.get_by_role("button", name="Add shift").click()
    page.locator("[name='terms.shifts.0.who']").fill("Ada")
    page.locator("[name='terms.shifts.0.side']").select_option("sales")
    page.get_by_role("button", name="Say it in words").click()
    expect(page.locator("#preview")).to_contain_text("Ada of sales cleans.")
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_role("button", name="Propose, and sign for marketing").click()
    other = opened(kitchens.sales_lead, java_script_enabled=False)
    other.goto("/agreements/kitchen/one/1/")
    other.get_by_text("Reject with a reason").click()
    other.get_by_label("Why not, and what would make it right?").fill("Not Ada.")
    other.get_by_role("button", name="Reject for sales").click()
    expect(other.get_by_text("Rejected by Sales Lead")).to_be_visible()
    expect(other.get_by_text("Not Ada.")).to_be_visible()

"""Every page, wide and light, narrow and dark: nothing in the console, nothing asked elsewhere, no barrier, no overflow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from leads.models import Lead
from tests.browser.conftest import Open
from tests.company import YEAR
from tests.world import Cast

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GRAVE = ("serious", "critical")
SIZES = ((1280, False), (360, True))

PAGES = {
    "marketer": (
        f"/?{YEAR}", f"/my-leads/?{YEAR}", "/leads/", "/leads/new/", "/leads/LEAD/", "/leads/LEAD/edit/", "/leakage/", "/import/",
        f"/reports/leads/?{YEAR}&measure=reached&stage=mql", f"/reports/changes/?{YEAR}&entered=mql",
    ),
    "manager": (
        f"/reports/funnel/?{YEAR}", f"/reports/funnel/?{YEAR}&by=month&where=source%3Dweb", f"/reports/flow/?{YEAR}",
        f"/reports/velocity/?{YEAR}&by=source", f"/reports/leakage/?{YEAR}", f"/reports/trail/?{YEAR}", f"/reports/sla/?{YEAR}&by=month",
        f"/reports/acceptance/?{YEAR}&by=rule", f"/reports/gap/?{YEAR}", f"/reports/pace/?{YEAR}", f"/reports/paths/?{YEAR}",
        f"/reports/trail/behind/?{YEAR}&measure=leads",
        "/reports/funnel/?start=2024-02-01&end=2024-01-01", "/accounts/password/change/",
    ),
    "salesperson": ("/inbox/", "/leads/LEAD/", "/leads/?search=wanda"),
    "partner": ("/inbox/", "/leads/", "/leakage/"),
    "operator": ("/people/", "/account/", "/notices/"),
    "outsider": ("/", "/leads/", "/inbox/"),
}  # fmt: skip
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nowhere/")


def barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url}: {v['id']} {[node['html'][:100] for node in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in GRAVE
    ]


def look(page: Page, path: str) -> list[str]:
    page.goto(path)
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    wide = page.evaluate(OVERFLOW)
    return [*([f"{path} is {wide} px too wide"] if wide > 0 else []), *barriers(page)]


@pytest.mark.parametrize("who", sorted(PAGES))
def test_pages_are_well_made(people: Cast, opened: Open, mishaps: list[str], who: str) -> None:
    lead = Lead.objects.get(external_id="worked-3").pk
    for width, dark in SIZES:
        page = opened(getattr(people, who), width=width, dark=dark)
        for path in PAGES[who]:
            mishaps += look(page, path.replace("LEAD", f"{lead}"))
    assert [mishap for mishap in mishaps if not mishap.endswith("status of 400 (Bad Request)")] == []


def test_pages_before_signing_in_are_well_made(people: Cast, opened: Open, mishaps: list[str]) -> None:
    for width, dark in SIZES:
        page = opened(width=width, dark=dark)
        for path in OUTSIDE:
            mishaps += look(page, path)
    assert [mishap for mishap in mishaps if not mishap.endswith("status of 404 (Not Found)")] == []


def test_a_chart_is_drawn_in_both_themes(people: Cast, opened: Open, mishaps: list[str]) -> None:
    for dark in (False, True):
        page = opened(people.manager, dark=dark)
        page.goto(f"/?{YEAR}")
        expect(page.locator("[data-chart='chart-funnel'][data-drawn] canvas")).to_be_visible()
        page.locator("[data-chart='chart-funnel']").hover(position={"x": 300, "y": 60})
    assert mishaps == []

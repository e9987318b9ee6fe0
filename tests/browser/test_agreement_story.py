"""Marketing proposes a stricter MQL, sales argues, looks at the evidence and signs, leads move by it, and yesterday stays."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from alignment.agreements.backtests import run_waiting
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from kpis.recompute import recompute_touched
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions.runs import work_off
from leads.models import Lead
from leads.records.company_edits import edit_company
from tests.browser.conftest import Open
from tests.clocks import present_is
from tests.world import NOW, Cast, a_lead

AGREED = NOW - timedelta(days=20)
TOMORROW = NOW + timedelta(days=1)
SEEN_PRICES = {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "within_days": 30}
FIRST = {"criteria": {"all": [{"field": "company.employees", "op": "at_least", "value": 20}, SEEN_PRICES]}}
MQL = "/agreements/lead_definition/mql/"


def inquiry(name: str, employees: int, created_at: datetime) -> Lead:
    lead = a_lead(name.lower(), created_at=created_at, full_name=name, company=f"{name} Works")
    assert lead.company
    edit_company(lead.company, {"employees": employees}, now=created_at)
    return lead


def looks_at_prices(lead: Lead, at: datetime) -> None:
    """A visit, recorded at once and judged a minute later."""
    visit = ActivityRow(kind="page_view", at=at, lead_id=lead.pk, url="https://www.test.example/pricing")
    assert log_activities([visit], now=at, actor_id=None)[0].status == "created"
    work_off(now=lambda: at + timedelta(minutes=1))
    recompute_touched(now=at + timedelta(minutes=1))


def yesterdays_funnel(who: User) -> dict[str, Any]:
    """What the command says of the funnel as it stood before the new version; the API says the same."""
    asked = {"start": "2024-01-01", "end": "2025-01-01", "as_of": (NOW + timedelta(minutes=10)).isoformat()}
    out = StringIO()
    options = [part for name, value in asked.items() for part in (f"--{name.replace('_', '-')}", value)]
    call_command("report", "funnel", *options, "--format", "json", stdout=out)
    told = without_moment(json.loads(out.getvalue()))
    assert without_moment(api(who).get("/api/v1/reports/funnel", asked).json()) == told
    return told


def without_moment(body: dict[str, Any]) -> dict[str, Any]:
    """Of an answer all but when it was given."""
    return {key: value for key, value in body.items() if key not in ("known_at", "computed_at")}


def api(who: User) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(who, scope='read')}")
    return caller


@pytest.fixture
def agreed(people: Cast) -> Cast:
    """A first definition is in force, and two leads have met it."""
    first = start_draft("lead_definition", "mql", FIRST, author=people.marketing_lead, now=AGREED)
    propose(first.pk, by=people.marketing_lead, now=AGREED)
    sign(first.pk, by=people.sales_lead, now=AGREED)
    work_off(now=lambda: AGREED)
    for name, employees in (("Greta Great", 120), ("Simon Small", 25)):
        looks_at_prices(inquiry(name, employees, AGREED), NOW + timedelta(minutes=1))
    return people


def test_a_stricter_definition_is_agreed_and_lived_by(
    agreed: Cast, opened: Open, mishaps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = yesterdays_funnel(agreed.manager)
    present_is(NOW + timedelta(hours=1), monkeypatch)
    _propose(opened(agreed.marketing_lead))
    _decide(opened(agreed.sales_lead, width=360, dark=True))
    later = NOW + timedelta(hours=2)
    small, great = inquiry("Susi Small", 25, later), inquiry("Gloria Great", 120, later)
    present_is(TOMORROW, monkeypatch)
    for lead in (small, great):
        looks_at_prices(lead, TOMORROW)
    page = opened(agreed.salesperson)
    for lead, said in ((great, "by version 2 of the definition"), (small, "Missing: a company of 50 people or more")):
        page.goto(f"/leads/{lead.pk}/")
        expect(page.get_by_role("region", name="Qualification")).to_contain_text(said)
    page.goto(f"/leads/{Lead.objects.get(external_id='simon small').pk}/")
    expect(page.get_by_role("region", name="Qualification")).to_contain_text("by version 1 of the definition")
    assert yesterdays_funnel(agreed.manager) == before
    told = api(agreed.manager).get("/api/v1/agreements/lead_definition/mql").json()
    assert told["in_force"]["number"] == 2
    assert mishaps == []


def _propose(page: Page) -> None:
    """Change one number by hand, see what it says and does, and put it before both sides."""
    page.goto(MQL)
    page.get_by_role("button", name="Propose a change").click()
    expect(page.get_by_role("heading", name="Leads that meet it now")).to_be_visible()
    page.locator("#value-c-0").fill("50")
    expect(page.locator("#preview")).to_contain_text("a company of 50 people or more")
    expect(page.locator("#preview")).to_contain_text("Against version 1, which is in force.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    page.goto(f"{MQL}2/")
    page.get_by_label("Why (optional)").fill("Small companies do not buy from us.")
    page.get_by_role("button", name="Propose, and sign for marketing").click()
    expect(page.get_by_text("Proposed, and both sides are told. It waits for sales.")).to_be_visible()


def _decide(page: Page) -> None:
    """Ask, look at what it would have done, and sign."""
    page.goto(f"{MQL}2/")
    expect(page.get_by_text("Small companies do not buy from us.")).to_be_visible()
    page.get_by_label("Say something").fill("Do we lose customers by it?")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Do we lose customers by it?")).to_be_visible()
    page.get_by_role("button", name="Try it on the past").click()
    expect(page.get_by_text("Waiting for a worker: 90 days.")).to_be_visible()
    run_waiting()
    expect(page.get_by_text("Waiting for a worker")).to_have_count(0)
    page.get_by_role("button", name="Sign for sales: takes effect at once").click()
    expect(page.get_by_text("Signed for sales. It is in force.")).to_be_visible()

"""The evidence for a rule on its proposal's page: load, response, hours, each open to its list; wide, narrow and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from alignment.agreements.backtests import ask_backtest, run_waiting
from alignment.agreements.drafts import start_draft
from leads.handoffs.terms import KIND
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import look
from tests.leads.definitions.qualifying import a_lead_at
from tests.leads.handoffs.rules.test_backtest import called, weighted, went
from tests.leads.handoffs.rules.wording import changed, small
from tests.world import NOW, Cast


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_the_evidence_for_a_rule_is_well_made(
    people: Cast, opened: Open, mishaps: list[str], width: int, dark: bool
) -> None:
    for n in range(24):
        lead = a_lead_at(f"tried-{n}", 290 + n, country="DE", full_name=f"Tessa Tried {n}")
        went(lead, ("mql", 291 + n * 1.3))
        if n % 3:
            called(lead, 291 + n * 1.3 + n / 40)
            went(lead, ("sal", 291 + n * 1.3 + n / 60))
    document = changed(
        small(people),
        criteria={"field": "lead.country", "op": "is", "value": "DE"},
        routing=weighted(people, [people.salesperson, people.sales_lead]),
    )
    version = start_draft(KIND, "large", document, author=people.marketer, now=NOW)
    backtest = ask_backtest(version, by=people.marketer, now=NOW, days=60)
    assert run_waiting() == 1
    page = opened(people.sales_lead, width=width, dark=dark)
    here = f"/agreements/handoff_rule/large/{version.number}/"
    mishaps += look(page, here)
    expect(page.get_by_role("heading", name="Load on each receiver")).to_be_visible()
    mishaps += look(page, f"/handoff-rules/large/{version.number}/backtests/{backtest.pk}/offered/")
    expect(page.locator("[data-total]")).to_have_text("24")
    assert mishaps == []

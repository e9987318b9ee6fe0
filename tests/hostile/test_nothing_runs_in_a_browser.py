"""In Chromium nothing of what came in runs: no dialog opens, no script complains, no rule of the content policy is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect
from pytest_django import Settings

from leads.models import Lead
from tests.browser.conftest import Open
from tests.hostile import naughty
from tests.hostile.naughty import short
from tests.world import Cast, a_lead, day, did

BROKEN_RULE = """
document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
"""
FIRED = "window.alert = window.confirm = window.prompt = text => console.error('it ran: ' + text)"


@pytest.fixture
def strings(real_data: Path) -> list[str]:
    return naughty.naughty(real_data)


@pytest.fixture
def laid_in(people: Cast, strings: list[str], settings: Settings, tmp_path: Path) -> dict[str, int]:
    """Addresses of what holds them: a lead with all of them, a list of them, and rows that were set aside."""
    settings.MEDIA_ROOT = tmp_path
    lead = a_lead(
        "all", created_at=day(1), full_name=strings[-1], attributes={f"n{n}": text for n, text in enumerate(strings)}
    )
    for n, text in enumerate(strings[::10]):
        did(lead, "form_submit", 2 + n / 10, subject=short(text) or None)
    markup = [text for text in strings if "<" in text]
    assert len(markup) > 200
    naughty.brought("leads", naughty.leads_of(markup[:120]))
    wrong = naughty.brought(
        "leads", [{"external_id": f"E{n}", "created_at": short(text)} for n, text in enumerate(markup)]
    )
    assert wrong["rejected"] == len(markup)
    return {"lead": lead.pk, "import": wrong["id"]}


def test_nothing_runs_in_a_browser(people: Cast, laid_in: dict[str, int], opened: Open, mishaps: list[str]) -> None:
    page = opened(people.operator)
    page.add_init_script(f"{BROKEN_RULE};{FIRED}")
    page.on("dialog", lambda dialog: refuse(dialog, mishaps))
    named = Lead.objects.filter(system="n").order_by("pk").first()
    assert named is not None
    for path in (
        f"/leads/{laid_in['lead']}/", f"/leads/{laid_in['lead']}/edit/", f"/leads/{named.pk}/", "/leads/", f"/leads/{named.pk}/edit/",
        "/leads/?search=%3Cscript%3Ealert(1)%3C%2Fscript%3E", f"/import/{laid_in['import']}/", "/import/", "/",
        "/reports/funnel/?start=2024-01-01&end=2025-01-01&by=source",
    ):  # fmt: skip
        page.goto(path)
        touch(page)
    assert mishaps == []
    with page.expect_console_message():
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=nowhere onerror=alert(1)>')")
    assert mishaps, "what runs is noted here"


def refuse(dialog: Dialog, mishaps: list[str]) -> None:
    mishaps.append(f"a dialog opened: {dialog.message}")
    dialog.dismiss()


def touch(page: Page) -> None:
    """What waits for a hand, a focus or a fold to run, has its chance."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    page.evaluate(
        "document.querySelectorAll('main a[href], main input, main textarea').forEach(one => { one.focus(); one.blur() })"
    )
    page.evaluate(
        "document.querySelectorAll('main *').forEach(one => one.dispatchEvent(new MouseEvent('mouseover', {bubbles: false})))"
    )
    expect(page.locator("main")).to_be_visible()

"""A lead is worked on, and a file comes in, as people do it: by mouse, by keys, without a signal, without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from leads.imports import tasks
from leads.imports.models import Import
from leads.imports.running import run_import
from leads.models import Lead, Note
from tests.browser.conftest import Open
from tests.world import Cast

FILE = "E-mail,First name,Created at\nada@ferrous.example,Ada,2024-01-02\nno address,Bo,2024-01-03\n"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[int]:
    """Imports that wait for a worker."""
    waiting: list[int] = []
    monkeypatch.setattr(tasks.run_import, "delay", waiting.append)
    settings.MEDIA_ROOT = tmp_path
    return waiting


def test_a_note_calls_a_colleague_and_is_taken_back(people: Cast, opened: Open, mishaps: list[str]) -> None:
    lead = Lead.objects.get(external_id="worked-3")
    page = opened(people.salesperson, width=360)
    page.goto(f"/leads/{lead.pk}/")
    note = page.get_by_label("Note", exact=True)
    note.press_sequentially("Ask @marketing")
    page.get_by_role("group", name="People to mention").get_by_role("button", name="Marketing Lead").click()
    note.press_sequentially("about the fair")
    page.get_by_role("button", name="Keep note").click()
    expect(page.get_by_text("Note kept.")).to_be_visible()
    expect(page.get_by_title("marketing-lead@test.example")).to_have_text("@Marketing Lead")
    assert Note.objects.get().mentions == [people.marketing_lead.pk]
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Note taken back.")).to_be_visible()
    expect(page.get_by_title("marketing-lead@test.example")).to_have_count(0)
    assert mishaps == []


def test_a_note_written_without_a_signal_is_kept_and_goes_out_once(people: Cast, opened: Open) -> None:
    lead = Lead.objects.get(external_id="worked-3")
    page = opened(people.salesperson)
    page.goto(f"/leads/{lead.pk}/")
    page.context.set_offline(True)
    page.get_by_label("Note", exact=True).fill("From the train")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("form[data-draft] [role=status]")).to_contain_text("No signal")
    page.context.set_offline(False)
    expect(page.get_by_text("Note kept.")).to_be_visible()
    assert [note.body for note in Note.objects.all()] == ["From the train"]


def test_a_lead_is_moved_by_keys_alone_and_back(people: Cast, opened: Open, mishaps: list[str]) -> None:
    lead = Lead.objects.get(external_id="worked-3")
    before = lead.stage_id
    page = opened(people.salesperson)
    page.goto(f"/leads/{lead.pk}/")
    page.get_by_text("Move to another stage").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Move to", exact=True)).to_be_focused()
    page.get_by_label("Move to", exact=True).select_option("disqualified")
    page.get_by_label("Why").fill("a competitor")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved to Disqualified.")).to_be_visible()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("The move is taken back.")).to_be_visible()
    lead.refresh_from_db()
    assert lead.stage_id == before
    assert mishaps == []


def test_the_list_is_narrowed_and_a_filter_taken_away(people: Cast, opened: Open, mishaps: list[str]) -> None:
    page = opened(people.marketer)
    page.goto("/leads/")
    rows = page.get_by_role("row")
    everybody = rows.count()
    page.get_by_text("Narrow and sort").click()
    page.get_by_label("Source").fill("referral")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**source=referral**")
    assert 1 < rows.count() < everybody
    page.get_by_role("link", name="Take away: Source: referral").click()
    expect(rows).to_have_count(everybody)
    assert mishaps == []


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_checked_brought_in_and_undone(
    people: Cast, opened: Open, mishaps: list[str], queue: list[int], tmp_path: Path, script: bool
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    before = Lead.objects.count()
    page = opened(people.marketer, java_script_enabled=script)
    page.goto("/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("progressbar").wait_for()
    run_import(queue.pop())
    if not script:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Set aside: 1")).to_be_visible()
    page.get_by_role("button", name="Import 1 row").click()
    expect(page).to_have_url(re.compile(r"/import/\d+/$"))
    run_import(queue.pop())
    if not script:
        page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="See these leads").click()
    expect(page.get_by_role("link", name="Ada", exact=True)).to_be_visible()
    page.goto(f"/import/{Import.objects.latest('pk').pk}/")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("is taken out again")).to_be_visible()
    assert Lead.objects.count() == before
    assert mishaps == []

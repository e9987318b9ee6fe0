"""Rows that were set aside are corrected where they are shown: with scripts and without, by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from pytest_django import Settings

from leads.imports.models import Import
from leads.imports.running import run_import
from leads.models import Lead
from tests.browser.conftest import Open
from tests.leads.imports.bringing import LEADS, start
from tests.world import Cast

FILE = "key,born,from,mail\nada,never,web,ada@ferrous.example\nbo,2024-01-03,fair\ncy,soon,web,\n"


def brought(settings: Settings, folder: Path) -> Import:
    settings.MEDIA_ROOT = folder
    return run_import(start("leads", FILE, LEADS).pk)


def test_cells_and_whole_rows_are_corrected_on_the_page(
    people: Cast, opened: Open, settings: Settings, tmp_path: Path, mishaps: list[str]
) -> None:
    import_ = brought(settings, tmp_path)
    page = opened(people.marketer, width=390)
    page.goto(f"/import/{import_.pk}/")
    page.get_by_label("born in line 2").fill("2024-01-02")
    page.get_by_role("link", name="The whole row of line 3").press("Enter")
    expect(page.get_by_label("from in line 3")).to_have_value("fair")
    page.get_by_label("Every value stands in its own column now in line 3").press("Space")
    page.get_by_role("button", name="Bring in what I corrected").press("Enter")
    expect(page.get_by_text("2 corrected rows are in.")).to_be_visible()
    expect(page.get_by_label("born in line 4")).to_have_value("soon")
    assert set(Lead.objects.filter(import_id=import_.pk).values_list("external_id", flat=True)) == {"ada", "bo"}
    assert mishaps == []


def test_a_row_is_corrected_without_scripts(people: Cast, opened: Open, settings: Settings, tmp_path: Path) -> None:
    import_ = brought(settings, tmp_path)
    page = opened(people.marketer, java_script_enabled=False)
    page.goto(f"/import/{import_.pk}/")
    page.get_by_role("link", name="The whole row of line 4").click()
    page.get_by_label("born in line 4").fill("2024-01-04")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("1 corrected row is in.")).to_be_visible()
    expect(page.get_by_text("1 of these rows was set aside first, and came in corrected.")).to_be_visible()

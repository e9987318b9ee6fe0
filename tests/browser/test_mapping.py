"""A marketer maps a file: by mouse and keys, with a script and without, on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from leads.imports import tasks
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.running import run_import
from leads.records.models import Lead
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import OVERFLOW, SIZES, look
from tests.world import Cast

FILE = (
    "Lead No;E-Mail-Adresse;Vorname;Zustand;Erstellt am;Schuhgröße\n"
    "K-1;ada@ferrous.example;Ada;Closed Won;01.02.2024;38\n"
    "K-2;bo@ferrous.example;Bo;Odd;02.02.2024;44\n"
)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[int]:
    """Imports that wait for a worker."""
    waiting: list[int] = []
    monkeypatch.setattr(tasks.run_import, "delay", waiting.append)
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return waiting


def bring(page: Page, folder: Path) -> None:
    file = folder / "fair.csv"
    file.write_text(FILE)
    page.goto("/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="fair.csv")).to_be_visible()


def test_a_file_is_mapped_without_a_button_in_between(
    people: Cast, opened: Open, mishaps: list[str], queue: list[int], tmp_path: Path
) -> None:
    page = opened(people.marketer)
    bring(page, tmp_path)
    preview = page.locator("#map-preview")
    page.get_by_label("1 February 2024").check()
    expect(preview).to_contain_text("1 February 2024, 00:00")
    page.get_by_text("more column").click()
    chosen = page.get_by_role("combobox", name="Zustand")
    chosen.focus()
    chosen.select_option("stage")
    values = page.locator("#map-values")
    expect(values.get_by_label("Closed Won")).to_have_value(":won")
    expect(chosen).to_be_focused()
    expect(preview.locator(".map-aside")).to_have_count(1)
    odd = values.get_by_label("Odd")
    odd.focus()
    odd.select_option(":mql")
    expect(preview.locator(".map-aside")).to_have_count(0)
    expect(odd).to_be_focused()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("progressbar").wait_for()
    run_import(queue.pop())
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page).to_have_url(re.compile(r"/import/\d+/$"))
    run_import(queue.pop())
    assert sorted(Lead.objects.filter(external_id__startswith="K-").values_list("external_id", "stage_id")) == [
        ("K-1", "won"),
        ("K-2", "mql"),
    ]
    assert not ImportDraft.objects.exists()
    assert mishaps == []


def test_a_file_is_mapped_without_a_script_left_and_found_again(
    people: Cast, opened: Open, queue: list[int], tmp_path: Path
) -> None:
    page = opened(people.marketer, java_script_enabled=False)
    bring(page, tmp_path)
    page.get_by_label("1 February 2024").check()
    page.get_by_role("button", name="Show what was changed").click()
    expect(page.locator("#map-preview")).to_contain_text("1 February 2024, 00:00")
    page.goto("/import/")
    page.get_by_role("link", name="fair.csv").click()
    expect(page.get_by_label("1 February 2024")).to_be_checked()
    page.get_by_label("Keep it under a name").fill("Fair")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The profile “Fair” is kept")).to_be_visible()
    page.get_by_role("button", name="Put this file away").click()
    expect(page.get_by_text("nothing of it came in")).to_be_visible()
    assert not ImportDraft.objects.exists()


def test_sixty_unknown_columns_fit_a_phone(
    people: Cast, opened: Open, mishaps: list[str], queue: list[int], tmp_path: Path
) -> None:
    columns = [f"Unknown column number {number}" for number in range(60)]
    (tmp_path / "odd.csv").write_text(f"{','.join(columns)}\n{','.join(['value'] * 60)}\n{','.join(['other'] * 60)}\n")
    for width in (390, 360):
        page = opened(people.marketer, width=width)
        page.goto("/import/")
        page.get_by_label("File", exact=True).set_input_files(tmp_path / "odd.csv")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("how is this to be read?")).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
        page.get_by_role("button", name="the names of the columns").click()
        expect(page.get_by_text("What is in this file?")).to_be_visible()
        page.get_by_label("What is in it").select_option("leads")
        page.get_by_role("button", name="Read it so").click()
        expect(page.get_by_text("None of the columns was recognised")).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
    assert mishaps == []


def test_a_file_goes_all_the_way_in_is_corrected_and_taken_out_again(
    people: Cast, opened: Open, mishaps: list[str], queue: list[int], tmp_path: Path
) -> None:
    (tmp_path / "whole.csv").write_text(
        "Lead No;E-Mail-Adresse;Vorname;Erstellt am\nW-1;ada@ferrous.example;Ada;31.01.2024\n"
        "W-2;bo@ferrous.example;Bo;2.02.2024\nW-3;cy@ferrous.example;Cy;never\nW-4;di@ferrous.example;Di;14.02.2024\n"
        "W-5;el@ferrous.example;El;15.02.2024\nW-6;fay@ferrous.example;Fay;16.02.2024\n"
    )
    page = opened(people.marketer)
    page.goto("/import/")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "whole.csv")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Lead No")).to_have_value("external_id")
    preview = page.locator("#map-preview")
    expect(preview.locator(".map-aside")).to_contain_text("never")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("progressbar").wait_for()
    run_import(queue.pop())
    expect(page.locator("#check .figure")).to_have_text(
        [
            re.compile(rf"{name}\s*{count}")
            for name, count in (("Would be new", 5), ("Would change", 0), ("As before", 0), ("Set aside", 1))
        ]
    )
    page.get_by_role("button", name="Import 5 rows").click()
    expect(page).to_have_url(re.compile(r"/import/\d+/$"))
    run_import(queue.pop())
    page.reload()
    assert known() == ["W-1", "W-2", "W-4", "W-5", "W-6"]
    page.get_by_label("Erstellt am in line 4").fill("03.02.2024")
    page.get_by_role("button", name="Bring in what I corrected").click()
    expect(page.get_by_text("1 corrected row is in.")).to_be_visible()
    assert known() == [f"W-{number}" for number in range(1, 7)]
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Undone").first).to_be_visible()
    assert known() == []
    assert mishaps == []


def known() -> list[str | None]:
    found = Lead.objects.filter(external_id__startswith="W-")
    return list(found.order_by("external_id").values_list("external_id", flat=True))


def test_the_mapping_page_is_well_made_wide_and_narrow_with_sixty_columns(
    people: Cast, opened: Open, mishaps: list[str], queue: list[int], tmp_path: Path
) -> None:
    bring(opened(people.marketer), tmp_path)
    columns = [f"A quite long name of a column {number}" for number in range(60)]
    (tmp_path / "wide.csv").write_text(f"email,{','.join(columns)}\na@b.example{',some value' * 60}\n")
    page = opened(people.marketer)
    page.goto("/import/")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "wide.csv")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("60 more columns: 60 kept as attributes")).to_be_visible()
    for width, dark in SIZES:
        page = opened(people.marketer, width=width, dark=dark)
        for path in (
            "/import/",
            *(f"/import/drafts/{draft.pk}/" for draft in ImportDraft.objects.all()),
            "/import/profiles/",
        ):
            mishaps += look(page, path)
    assert mishaps == []

"""On pages they stand as text, never as more."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from alignment.programs.models import Campaign
from leads.models import Activity, Company, Deal, Lead, StageChange
from tests.hostile.naughty import PAGES, kept, short
from tests.hostile.page import Page, one_line
from tests.leads.pages.reading import next_of
from tests.world import a_lead, day, did


def test_pages_hold_them_as_text_only(client: Client, strings: list[str]) -> None:
    benign = a_lead(
        "benign", created_at=day(1), full_name="Benign", company="Firm", title="CTO", attributes={"note": "plain"}
    )
    did(benign, "form_submit", 2, subject="plain")
    usual = Page(client.get(f"/leads/{benign.pk}/"))
    for number in range(PAGES):
        lead = Lead.objects.get(external_id=f"many-{number}")
        page, said = Page(client.get(f"/leads/{lead.pk}/")), ""
        said = one_line(page.text)
        assert page.runs == []
        assert page.elements <= usual.elements | {"details", "summary", "code", "pre", "nav"}
        assert page.attributes <= usual.attributes | {"open", "rel", "hidden", "title"}
        for text in strings[number::PAGES]:
            assert one_line(text) in said, text


def test_lists_hold_them_as_text_only(client: Client, strings: list[str]) -> None:
    address, said = "/leads/?page_size=100", ""
    for _page in range(20):
        page = Page(answer := client.get(address))
        assert page.runs == []
        said += one_line(page.text) + "\n"
        address = next_of(answer)
        if not address:
            break
    for text in strings:
        assert one_line(kept(short(text)) or "") in said, text


def test_search_finds_each_and_shows_it_as_text_only(client: Client, strings: list[str]) -> None:
    for text in strings[::20]:
        page = Page(client.get("/leads/", {"search": short(text)}))
        assert page.runs == [], text
        if text.strip():
            assert one_line(short(text)) in one_line(page.text), text
    for n in range(0, len(strings), 60):
        answer = client.get("/leads/", {"search": f"p{n}@example.com", "source": short(strings[n])})
        assert Page(answer).runs == []


def test_the_mapping_of_a_file_holds_them_as_text_only(client: Client, strings: list[str]) -> None:
    for number in range(0, 500, 100):
        texts = [short(text) for text in strings[number : number + 100] if text.isprintable() and text.strip()]
        out = io.StringIO(newline="")
        lines = [[f"{n} {text[:40]}" for n, text in enumerate(texts)], texts, texts]
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
            [["external_id", *lines[0]], ["1", *lines[1]], ["2", *lines[2]]]
        )
        file = SimpleUploadedFile("<img src=x onerror=alert(1)>.csv", out.getvalue().encode())
        answer = client.post("/import/", {"kind": "leads", "profile": "proposed", "file": file}, follow=True)
        page = Page(answer)
        said = one_line(page.text)
        assert (answer.status_code, page.runs) == (200, []), said[2500:6000]
        assert sum(one_line(text[:40]) in said for text in texts) == len(texts), number


@pytest.mark.parametrize("table", [Lead, Company, Activity, Deal, Campaign, StageChange])
def test_the_console_holds_them_as_text_only(client: Client, strings: list[str], table: type[Model]) -> None:
    address = reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_changelist")
    usual = set(Page(client.get(address, {"q": "nobody at all"})).runs)
    for query in ("", *(short(text) for text in strings[::60] if text.isprintable())):
        answer = client.get(address, {"q": query})
        assert answer.status_code == 200, query
        assert {_without_query(run, query) for run in Page(answer).runs} <= {
            _without_query(run, query) for run in usual
        }, query


def _without_query(run: str, query: str) -> str:
    return re.sub(r"0x[0-9a-f]+|\d+", "", run)

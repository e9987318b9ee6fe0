"""Strings that broke other software come in by every text of every kind, and stand everywhere as they are: as text, never as more."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http.response import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl.utils.escape import unescape
from rest_framework.test import APIClient

from alignment.people.api_keys import create_api_key
from alignment.programs.models import Campaign
from alignment.ui.exports.cells import NUMBER, harmed
from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Deal, Lead, StageChange
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.hostile import naughty
from tests.hostile.naughty import found_by, kept, short
from tests.hostile.page import Page, one_line
from tests.leads.imports.bringing import bring, counts
from tests.leads.pages.reading import next_of
from tests.world import NOW, Cast, a_lead, cast, day, did

PAGES = 6
"""Lead pages whose strings are many: so many share all of them."""


@pytest.fixture(scope="module")
def strings(real_data: Path) -> list[str]:
    return naughty.naughty(real_data)


@pytest.fixture(scope="module")
def documents(
    strings: list[str], lasting: Lasting, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cast, dict[str, ImportDocument]]]:
    with lasting(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("uploads"))
        people = cast()
        made = {kind: naughty.brought(kind, rows) for kind, rows in files(strings).items()}
        for number in range(PAGES):
            _one_for_many(number, strings[number::PAGES])
        yield people, made


def files(strings: list[str]) -> dict[str, list[naughty.Row]]:
    return {
        "leads": naughty.leads_of(strings), "companies": naughty.companies_of(strings), "activities": naughty.activities_of(strings),
        "deals": naughty.deals_of(strings), "campaigns": naughty.campaigns_of(strings),
    }  # fmt: skip


def _one_for_many(number: int, texts: list[str]) -> None:
    """A lead whose page shows a good many of them."""
    lead = a_lead(f"many-{number}", created_at=day(1), attributes={f"n{n}": text for n, text in enumerate(texts)})
    for n, text in enumerate(texts):
        did(lead, "form_submit", 2 + n / 10, subject=short(text) or None)


@pytest.fixture
def people(documents: tuple[Cast, dict[str, ImportDocument]], db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return documents[0]


def client_of(people: Cast) -> Client:
    client = Client()
    client.force_login(people.operator)
    return client


def test_every_row_comes_in(people: Cast, documents: tuple[Cast, dict[str, ImportDocument]]) -> None:
    for kind, document in documents[1].items():
        rows = document["rows"]
        assert (document["state"], document["errors"]) == ("done", []), kind
        assert document["created"] + document["updated"] == rows >= 510, (kind, counts(document))


def test_leads_keep_each_as_it_is(people: Cast, strings: list[str]) -> None:
    leads = {lead.external_id: lead for lead in Lead.objects.filter(system="n")}
    reasons = dict(StageChange.objects.filter(lead__system="n").values_list("lead__external_id", "reason"))
    assert len(leads) == len(strings)
    for n, text in enumerate(strings):
        lead = leads[f"L{n}"]
        free, key = kept(short(text)), found_by(short(text))
        assert (lead.first_name, lead.last_name, lead.full_name, lead.title, reasons[f"L{n}"]) == (free,) * 5, n
        assert (lead.source, lead.channel) == (key, key), n
        assert lead.attributes.get("note", "") == text, n


def test_activities_deals_campaigns_and_companies_keep_each_as_it_is(people: Cast, strings: list[str]) -> None:
    done = {one.external_id: one for one in Activity.objects.filter(system="n")}
    deals = {one.external_id: one for one in Deal.objects.filter(system="n")}
    campaigns = {one.external_id: one for one in Campaign.objects.filter(system="n")}
    notes = {note for note in Company.objects.values_list("attributes__note", flat=True) if note is not None}
    for n, text in enumerate(strings):
        free, key = kept(short(text)), found_by(short(text))
        activity, deal = done[f"A{n}"], deals[f"D{n}"]
        assert (activity.subject, activity.outcome) == (free, kept(short(text)[:100])), n
        assert (activity.asset, activity.channel) == (key, key), n
        assert (deal.lost_reason, activity.attributes.get("note", ""), deal.attributes.get("note", "")) == (
            free,
            text,
            text,
        ), n
        if key is not None:
            campaign = campaigns[f"C{n}"]
            assert (campaign.name, campaign.attributes.get("note", "")) == (free, text), n
            assert text in notes, n


def test_the_same_files_again_change_nothing(people: Cast, strings: list[str]) -> None:
    for kind in ("leads", "activities", "deals", "campaigns"):
        rows = files(strings)[kind]
        assert counts(naughty.brought(kind, rows))[:5] == ("done", len(rows), 0, 0, len(rows)), kind


def test_pages_hold_them_as_text_only(people: Cast, strings: list[str]) -> None:
    client = client_of(people)
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


def test_lists_hold_them_as_text_only(people: Cast, strings: list[str]) -> None:
    client, address, said = client_of(people), "/leads/?page_size=100", ""
    for _page in range(20):
        page = Page(answer := client.get(address))
        assert page.runs == []
        said += one_line(page.text) + "\n"
        address = next_of(answer)
        if not address:
            break
    for text in strings:
        assert one_line(kept(short(text)) or "") in said, text


def test_search_finds_each_and_shows_it_as_text_only(people: Cast, strings: list[str]) -> None:
    client = client_of(people)
    for text in strings[::20]:
        page = Page(client.get("/leads/", {"search": short(text)}))
        assert page.runs == [], text
        if text.strip():
            assert one_line(short(text)) in one_line(page.text), text
    for n in range(0, len(strings), 60):
        answer = client.get("/leads/", {"search": f"p{n}@example.com", "source": short(strings[n])})
        assert Page(answer).runs == []


def test_the_api_takes_gives_and_filters_each_as_it_is(people: Cast, strings: list[str]) -> None:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(people.operator, scope='write')}")
    items = [
        {
            "system": "api",
            "external_id": f"{n}",
            "full_name": short(text),
            "source": short(text),
            "attributes": {"note": text},
        }
        for n, text in enumerate(strings)
    ]
    answer = api.post("/api/v1/leads/bulk", {"items": items}, format="json")
    assert {one["status"] for one in answer.json()["results"]} == {"created"}
    again = api.post("/api/v1/leads/bulk", {"items": items}, format="json")
    assert {one["status"] for one in again.json()["results"]} == {"unchanged"}
    found: dict[str, tuple[str | None, str | None, str]] = {}
    address = "/api/v1/leads?system=api&page_size=200"
    while address:
        body = api.get(address).json()
        found |= {
            one["external_id"]: (one["full_name"], one["source"], one["attributes"].get("note", ""))
            for one in body["results"]
        }
        address = body["next"]
    assert found == {f"{n}": (kept(short(text)), found_by(short(text)), text) for n, text in enumerate(strings)}
    for text in strings[::15]:
        if source := found_by(short(text)):
            named = api.get("/api/v1/leads", {"system": "api", "source": source, "page_size": "200"}).json()["results"]
            assert named, text
            assert {one["source"] for one in named} == {source}


@pytest.mark.parametrize("broken", ["a\0b", "a\ud800b", "\udfff"])
def test_what_cannot_be_kept_is_set_aside_with_a_sentence(people: Cast, broken: str) -> None:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(people.operator, scope='write')}")
    for given in (
        {"full_name": broken},
        {"source": broken},
        {"attributes": {"note": broken}},
        {"attributes": {broken: "x"}},
    ):
        body = json.dumps({"items": [{"system": "api", "external_id": "broken", **given}]})
        answer = api.post("/api/v1/leads/bulk", body, content_type="application/json")
        if answer.status_code == 200:
            (result,) = answer.json()["results"]
            assert (result["status"], bool(result["detail"])) == ("rejected", True), given
        else:
            assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), given
    assert not Lead.objects.filter(system="api", external_id="broken").exists()


def test_rows_set_aside_are_shown_as_text_and_come_back_in_the_file_of_errors(people: Cast, strings: list[str]) -> None:
    texts = [text for text in strings if found_by(text)]
    rows = [{"external_id": f"E{n}", "created_at": short(text), "title": short(text)} for n, text in enumerate(texts)]
    document = naughty.brought("leads", rows)
    client, address = client_of(people), f"/import/{document['id']}/"
    assert document["rejected"] > 500
    assert Page(client.get(address)).runs == []
    answer = client.get(f"{address}errors.csv")
    lines = list(csv.DictReader(io.StringIO(_content(answer).decode("utf-8-sig"), newline="")))
    assert len(lines) == document["rejected"]
    given = {row["external_id"]: row["title"] for row in rows}
    assert {line["external_id"]: harmed(line["title"]) for line in lines} == {
        line["external_id"]: given[line["external_id"]] for line in lines
    }


def _content(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200
    if isinstance(answer, StreamingHttpResponse):
        return answer.getvalue()
    assert isinstance(answer, HttpResponse)
    return answer.content


def test_exports_hold_each_and_run_none(people: Cast, strings: list[str]) -> None:
    client = client_of(people)
    lines = list(
        csv.DictReader(io.StringIO(_content(client.get("/export/leads/?format=csv")).decode("utf-8-sig"), newline=""))
    )
    ours = {line["external_id"]: line for line in lines if line["system"] == "n"}
    assert len(ours) == len(strings)
    for n, text in enumerate(strings):
        line = ours[f"L{n}"]
        assert harmed(line["full_name"]) == (kept(short(text)) or ""), n
        assert harmed(line["source"]) == (found_by(short(text)) or ""), n
        assert not line["title"].startswith(("=", "+", "-", "@", "\t", "\r")) or NUMBER.fullmatch(line["title"]), n
    book = openpyxl.load_workbook(io.BytesIO(_content(client.get("/export/leads/?format=xlsx"))), read_only=True)
    rows = book.worksheets[0].iter_rows()
    names = [cell.value for cell in next(rows)]
    titles = {}
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        assert all(cell.data_type != "f" for cell in row)
        if cells["system"].value == "n":
            titles[cells["external_id"].value] = unescape(f"{cells['title'].value or ''}")
    assert titles == {f"L{n}": kept(short(text)) or "" for n, text in enumerate(strings)}


def test_what_was_exported_comes_back_without_a_change(people: Cast) -> None:
    client, profiles = client_of(people), Path(settings.ROOT) / "docs" / "profiles"
    for key in ("leads", "activities", "deals", "campaigns", "companies"):
        for ending in ("csv", "xlsx"):
            content = _content(client.get(f"/export/{key}/?format={ending}"))
            document = bring(key, content, json.loads((profiles / f"alignment-{key}.json").read_text()))
            assert (document["state"], document["errors"]) == ("done", []), (key, ending)
            assert document["unchanged"] == document["rows"] > 500, (key, ending, counts(document))


def test_names_of_downloads_are_names(people: Cast, strings: list[str]) -> None:
    client = client_of(people)
    for text in [*strings[::25], 'a"; x="', "a\r\nSet-Cookie: a=b", "../../etc/passwd"]:
        answer = client.get("/leads/", {"search": short(text), "format": "csv"})
        _content(answer)
        assert re.fullmatch(r'attachment; filename="[a-z0-9_-]+\.csv"', answer["Content-Disposition"]), text
        assert all(value.isascii() and value.isprintable() for _name, value in answer.items()), text


def test_the_mapping_of_a_file_holds_them_as_text_only(people: Cast, strings: list[str]) -> None:
    client = client_of(people)
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
def test_the_console_holds_them_as_text_only(people: Cast, strings: list[str], table: type[Model]) -> None:
    client, address = client_of(people), reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_changelist")
    usual = set(Page(client.get(address, {"q": "nobody at all"})).runs)
    for query in ("", *(short(text) for text in strings[::60] if text.isprintable())):
        answer = client.get(address, {"q": query})
        assert answer.status_code == 200, query
        assert {_without_query(run, query) for run in Page(answer).runs} <= {
            _without_query(run, query) for run in usual
        }, query


def _without_query(run: str, query: str) -> str:
    return re.sub(r"0x[0-9a-f]+|\d+", "", run)

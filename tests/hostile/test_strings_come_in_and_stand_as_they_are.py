"""Strings that broke other software come in by every text of every kind, and stand everywhere as they are: as text, never as more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from alignment.programs.models import Campaign
from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Deal, Lead, StageChange
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.hostile import naughty
from tests.hostile.naughty import found_by, kept, short
from tests.hostile.page import Page, one_line
from tests.leads.imports.bringing import counts
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
        from django.conf import settings

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

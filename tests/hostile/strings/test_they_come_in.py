"""Strings that broke other software come in by every text of every kind, and are kept as they are."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from alignment.people.api_keys import create_api_key
from alignment.programs.models import Campaign
from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Deal, Lead, StageChange
from tests.hostile import naughty
from tests.hostile.naughty import found_by, kept, short
from tests.leads.imports.bringing import counts
from tests.world import Cast


def test_every_row_comes_in(people: Cast, documents: tuple[Cast, dict[str, ImportDocument]]) -> None:
    for kind, document in documents[1].items():
        rows = document["rows"]
        assert (document["state"], document["errors"]) == ("done", []), kind
        assert document["created"] + document["updated"] == rows >= 510, (kind, counts(document))


def test_leads_keep_each_as_it_is(people: Cast, strings: list[str]) -> None:
    leads = {lead.external_id: lead for lead in Lead.objects.filter(system="n")}
    told = StageChange.objects.filter(lead__system="n").order_by("pk")
    reasons = dict(told.values_list("lead__external_id", "reason"))
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
        rows = naughty.files_of(strings)[kind]
        assert counts(naughty.brought(kind, rows))[:5] == ("done", len(rows), 0, 0, len(rows)), kind


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

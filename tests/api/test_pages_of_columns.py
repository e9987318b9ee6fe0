"""What a list says of a row is what its serializer says of the object; a page takes few queries, whatever it has to tell."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer

from alignment.api.throttles import LOTS, MinuteThrottle
from leads.api.documents import (
    ActivityDocument,
    CompanyDocument,
    DealDocument,
    LeadDocument,
    StageChangeDocument,
)
from leads.models import Lead
from tests import world
from tests.api.conftest import Caller
from tests.world import Cast

LISTS: dict[str, Any] = {
    "leads": LeadDocument, "companies": CompanyDocument, "activities": ActivityDocument, "deals": DealDocument,
    "stage-changes": StageChangeDocument,
}  # fmt: skip


@pytest.fixture
def told(cast: Cast, calling: Caller) -> Lead:
    """A lead of which much is known, and one of which nothing is."""
    client = calling(cast.operator)
    sent = {
        "system": "crm", "external_id": "1", "email": "ada@acme.example", "company": "Acme", "campaign": "Spring",
        "owner": cast.salesperson.email, "attributes": {"plan": {"seats": [1, 2]}}, "consents": {"marketing": "granted"},
    }  # fmt: skip
    lead = Lead.objects.get(pk=client.post("/api/v1/leads", sent, format="json").json()["id"])
    world.did(lead, "call", 1, by=cast.salesperson.email, subject="Grüße")
    world.a_deal(lead)
    world.a_lead("2")
    client.post(f"/api/v1/leads/{lead.pk}/stage", {"to": "mql", "reason": "Asked for a price"}, format="json")
    return Lead.objects.get(pk=lead.pk)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("reader", ["operator", "partner"])
def test_a_list_says_what_the_serializer_says_of_each_object(
    cast: Cast, calling: Caller, told: Lead, name: str, reader: str
) -> None:
    person = getattr(cast, reader)
    Lead.objects.filter(pk=told.pk).update(team=cast.partner.team)
    rows = calling(person).get(f"/api/v1/{name}?order=id").json()["results"]
    assert rows
    serializer = LISTS[name]
    for row in rows:
        item = serializer.Meta.model.objects.get(pk=row["id"])
        usual = serializer(item, context={"request": SimpleNamespace(user=person)}).data
        assert row == json.loads(JSONRenderer().render(usual))
        assert list(row) == list(usual)


@pytest.mark.parametrize("name", LISTS)
def test_one_object_is_shown_as_in_the_list(cast: Cast, calling: Caller, told: Lead, name: str) -> None:
    client = calling(cast.operator)
    for row in client.get(f"/api/v1/{name}").json()["results"]:
        assert client.get(f"/api/v1/{name}/{row['id']}").json() == row


def test_who_may_see_nothing_has_an_empty_page(cast: Cast, calling: Caller, told: Lead) -> None:
    body = calling(cast.outsider).get("/api/v1/leads").json()
    assert body == {"results": [], "next": None, "previous": None}


def test_a_page_of_leads_asks_whose_key_it_is_and_for_leads_and_consents(
    cast: Cast, calling: Caller, told: Lead
) -> None:
    client = calling(cast.manager, scope="read")
    client.get("/api/v1/leads")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get("/api/v1/leads?source=web&order=id").status_code == 200
    assert len(asked) <= 3
    assert "count(" not in " ".join(query["sql"] for query in asked).lower()


def test_a_lead_is_made_in_a_bounded_number_of_statements(cast: Cast, calling: Caller, told: Lead) -> None:
    client = calling(cast.operator)
    for n in range(2):
        with CaptureQueriesContext(connection) as asked:
            sent = {"email": f"new{n}@acme.example", "source": "web"}
            made = client.post("/api/v1/leads", sent, format="json", headers={"Idempotency-Key": f"k{n}"})
        assert made.status_code == 201
    assert len(asked) <= 32


def test_what_a_process_took_for_a_minute_is_no_more_than_the_limit(
    cast: Cast, calling: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 2 * LOTS + 1
    monkeypatch.setattr(MinuteThrottle, "limit", limit)
    throttle, answers = MinuteThrottle(), []
    request: Any = SimpleNamespace(user=cast.operator)
    monkeypatch.setattr("alignment.api.throttles.time.time", lambda: 1_000_000.0)
    answers = [throttle.allow_request(request, None) for _ in range(limit + 9)]  # type: ignore[arg-type]
    assert answers == [True] * limit + [False] * 9

"""Companies, activities, deals, campaigns and spend over HTTP."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from leads.models import Activity, Lead, StageChange
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast


@pytest.fixture
def client(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.operator)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return world.a_lead("1", email="ada@example.com")


def test_an_activity_is_logged_and_shown(client: APIClient, cast: Cast, lead: Lead) -> None:
    sent = {
        "kind": "Phone Call", "at": "2024-02-01T10:00:00+02:00", "lead_id": lead.pk, "by": cast.salesperson.email,
        "subject": "Hello", "attributes": {"minutes": 4}, "campaign": "Spring",
    }  # fmt: skip
    made = client.post("/api/v1/activities", sent, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    shown = {
        name: body[name]
        for name in (
            "lead_id",
            "kind",
            "direction",
            "side",
            "automated",
            "at",
            "by",
            "subject",
            "campaign",
            "attributes",
        )
    }
    assert shown == {
        "lead_id": lead.pk, "kind": "call", "direction": "outbound", "side": "sales", "automated": False,
        "at": "2024-02-01T08:00:00Z", "by": cast.salesperson.email, "subject": "Hello", "campaign": "Spring",
        "attributes": {"minutes": 4},
    }  # fmt: skip
    assert client.get(made["Location"]).json() == body
    assert "ETag" not in made


def test_an_activity_is_logged_once_by_its_identity(client: APIClient, lead: Lead) -> None:
    sent = {
        "kind": "form",
        "at": "2024-02-01T10:00:00Z",
        "email": "ADA@example.com",
        "system": "web",
        "external_id": "9",
    }
    assert [client.post("/api/v1/activities", sent, format="json").status_code for _ in range(2)] == [201, 200]
    del sent["external_id"]
    assert [client.post("/api/v1/activities", sent, format="json").status_code for _ in range(2)] == [201, 201]
    assert Activity.objects.filter(lead=lead).count() == 3


def test_activities_at_once(client: APIClient, lead: Lead) -> None:
    good = {"kind": "page_view", "at": "2024-02-01T10:00:00Z", "lead_id": lead.pk}
    items = [
        good,
        {**good, "kind": "nonsense"},
        {**good, "lead_id": 999_999},
        {"kind": "form"},
        {**good, "at": "2199-01-01T00:00:00Z"},
    ]
    results = client.post("/api/v1/activities/bulk", {"items": items}, format="json").json()["results"]
    assert [(row["index"], row["status"], row["code"]) for row in results] == [
        (0, "created", None),
        (1, "rejected", "unknown_kind"),
        (2, "rejected", "unknown_lead"),
        (3, "rejected", "required"),
        (4, "rejected", "in_the_future"),
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [("kind=call", 1), ("direction=inbound", 1), ("side=sales", 1), ("automated=false", 2), ("at__lt=2024-01-03", 1),
     ("search=hel", 1), ("by=salesperson", 1)],
)  # fmt: skip
def test_activities_are_found_by_their_fields(
    client: APIClient, cast: Cast, lead: Lead, query: str, count: int
) -> None:
    world.did(lead, "call", 1, by=cast.salesperson.label, subject="Hello")
    world.did(lead, "form", 5)
    assert len(client.get(f"/api/v1/activities?{query}").json()["results"]) == count


def test_a_deal_moves_its_lead_and_is_changed_by_version(client: APIClient, cast: Cast, lead: Lead) -> None:
    sent = {
        "system": "crm", "external_id": "d1", "lead_id": lead.pk, "company": "Lovelace Ltd", "owner": cast.salesperson.email,
        "amount": {"amount": "1200.50", "currency": "USD"}, "status": "open", "opened_at": "2024-02-01T00:00:00Z",
    }  # fmt: skip
    made = client.post("/api/v1/deals", sent, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert body["amount"] == {"amount": "1200.50", "currency": "USD"}
    assert (body["status"], body["kind"], body["company"], body["owner"]) == (
        "open",
        "new",
        "Lovelace Ltd",
        cast.salesperson.email,
    )
    lead.refresh_from_db()
    assert lead.stage_id == "opportunity"
    won = {"status": "won", "closed_at": "2024-03-01T00:00:00Z"}
    tag = made["ETag"]
    address = f"/api/v1/deals/{body['id']}"
    changed = client.patch(address, won, format="json", HTTP_IF_MATCH=tag)
    assert (changed.status_code, changed.json()["status"]) == (200, "won"), changed.content
    problem(client.patch(address, {"kind": "upsell"}, format="json", HTTP_IF_MATCH=tag), 412, "version_changed")
    lead.refresh_from_db()
    assert lead.stage_id == "won"
    assert StageChange.objects.filter(lead=lead, to_id="won", deal_id=body["id"]).count() == 1
    again = client.post("/api/v1/deals", {**sent, **won}, format="json")
    assert (again.status_code, again.json()["id"]) == (200, body["id"])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"amount": "12.3", "currency": "EUR"}, {"amount": "12.30", "currency": "EUR"}),
        ({"amount": 12}, {"amount": "12.00", "currency": "EUR"}),
        ({"amount": 0.1}, {"amount": "0.10", "currency": "EUR"}),
        ({"amount": {"amount": "1000", "currency": "JPY"}}, {"amount": "1000", "currency": "JPY"}),
        ({"amount": {"amount": "1.2345", "currency": "EUR"}}, {"amount": "1.2345", "currency": "EUR"}),
        ({"amount": None}, None),
        ({}, None),
    ],
    ids=str,
)  # fmt: skip
def test_money_is_exact(client: APIClient, lead: Lead, sent: dict[str, object], shown: object) -> None:
    made = client.post("/api/v1/deals", {"lead_id": lead.pk, **sent}, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["amount"] == shown


def test_a_deal_that_cannot_be(client: APIClient, lead: Lead) -> None:
    body = problem(
        client.post("/api/v1/deals", {"lead_id": lead.pk, "status": "won"}, format="json"), 400, "invalid_fields"
    )
    assert body["errors"][0]["code"] == "missing_closed_at"
    problem(client.post("/api/v1/deals", {"lead_id": lead.pk, "status": "maybe"}, format="json"), 400, "invalid_fields")


def test_a_company_is_made_changed_and_found(client: APIClient, cast: Cast) -> None:
    sent = {
        "name": "Lovelace Ltd",
        "domain": "Lovelace.example",
        "employees": 12,
        "annual_revenue": "1000000.00",
        "attributes": {"a": 1},
    }
    made = client.post("/api/v1/companies", sent, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["domain"], body["employees"], body["annual_revenue"]) == ("lovelace.example", 12, "1000000.00")
    address = f"/api/v1/companies/{body['id']}"
    changed = client.patch(
        address, {"employees": None, "attributes": {"b": 2}}, format="json", HTTP_IF_MATCH=made["ETag"]
    )
    assert (changed.json()["employees"], changed.json()["attributes"]) == (None, {"a": 1, "b": 2})
    problem(client.patch(address, {"name": None}, format="json"), 400)
    problem(client.patch(address, {"employees": -1}, format="json"), 400)
    problem(client.patch(address, {"industry": "x"}, format="json", HTTP_IF_MATCH=made["ETag"]), 412, "version_changed")
    for query, count in (
        ("domain=LOVELACE.example", 1),
        ("search=love", 1),
        ("name=other", 0),
        ("employees__gte=1", 0),
    ):
        assert len(client.get(f"/api/v1/companies?{query}").json()["results"]) == count, query


def test_a_company_is_there_once(client: APIClient, cast: Cast) -> None:
    sent = {"name": "Lovelace Ltd", "system": "crm", "external_id": "1"}
    assert client.post("/api/v1/companies", sent, format="json").status_code == 201
    problem(client.post("/api/v1/companies", {**sent, "name": "Other"}, format="json"), 409, "external_id_taken")


def test_a_campaign_is_made_changed_and_found(client: APIClient, cast: Cast) -> None:
    sent = {
        "name": "Spring",
        "type": "mail",
        "starts_at": "2024-03-01T00:00:00Z",
        "budget": {"amount": "500", "currency": "EUR"},
    }
    made = client.post("/api/v1/campaigns", sent, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["budget"] == {"amount": "500.00", "currency": "EUR"}
    assert client.post("/api/v1/campaigns", {"name": "SPRING", "status": "over"}, format="json").status_code == 200
    address = f"/api/v1/campaigns/{made.json()['id']}"
    problem(client.patch(address, {"type": "x"}, format="json", HTTP_IF_MATCH=made["ETag"]), 412, "version_changed")
    assert client.patch(address, {"type": "fair"}, format="json").json()["type"] == "fair"
    assert len(client.get("/api/v1/campaigns?search=spr&status=over").json()["results"]) == 1


def test_spend_is_entered_and_found(client: APIClient, cast: Cast) -> None:
    sent = {
        "starts_on": "2024-03-01",
        "ends_on": "2024-03-31",
        "amount": "99.90",
        "currency": "EUR",
        "campaign": "Spring",
        "source": "web",
    }
    made = client.post("/api/v1/spend", sent, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["amount"], made.json()["campaign"]) == ({"amount": "99.90", "currency": "EUR"}, "Spring")
    assert len(client.get("/api/v1/spend?starts_on__gte=2024-03-01&source=web").json()["results"]) == 1
    problem(client.post("/api/v1/spend", {**sent, "ends_on": "2024-02-01"}, format="json"), 400, "invalid_fields")
    problem(client.post("/api/v1/spend", {"amount": "1"}, format="json"), 400, "invalid_fields")


def test_a_credit_and_spend_that_a_system_knows(client: APIClient, cast: Cast) -> None:
    sent = {"system": "ads", "external_id": "1", "starts_on": "2024-03-01", "amount": "-5", "currency": "EUR"}
    made = client.post("/api/v1/spend", sent, format="json")
    assert (made.status_code, made.json()["amount"]) == (201, {"amount": "-5.00", "currency": "EUR"})
    again = client.post("/api/v1/spend", {**sent, "amount": "-6"}, format="json")
    assert (again.status_code, again.json()["id"], again.json()["version"]) == (200, made.json()["id"], 2)
    assert len(client.get("/api/v1/spend?system=ads&external_id=1").json()["results"]) == 1


def test_outside_numbers_are_entered_corrected_and_found(client: APIClient, cast: Cast) -> None:
    sent = {"metric": "Visits", "date": "2024-03-01", "value": "12.50", "campaign": "Spring", "channel": "paid"}
    made = client.post("/api/v1/series", sent, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["value"], made.json()["campaign"], made.json()["source"]) == ("12.5", "Spring", None)
    again = client.post("/api/v1/series", {**sent, "metric": "VISITS", "value": "100"}, format="json")
    assert (again.status_code, again.json()["id"], again.json()["value"]) == (200, made.json()["id"], "100")
    assert client.post("/api/v1/series", {**sent, "channel": None}, format="json").status_code == 201
    assert len(client.get("/api/v1/series?metric=visits&channel=paid&date__lt=2024-03-02").json()["results"]) == 1
    assert client.get(f"/api/v1/series/{made.json()['id']}").json()["metric"] == "Visits"
    problem(client.post("/api/v1/series", {**sent, "value": "many"}, format="json"), 400, "invalid_fields")
    problem(client.post("/api/v1/series", {"metric": "Visits"}, format="json"), 400, "invalid_fields")


def test_the_log_of_stages_is_shown_with_what_was_taken_back(client: APIClient, lead: Lead) -> None:
    world.moved(lead, ("mql", 1), ("sal", 2))
    rows = client.get(f"/api/v1/stage-changes?lead_id={lead.pk}&order=at").json()["results"]
    assert [(row["to"], row["cause"], row["voided_at"]) for row in rows] == [
        ("inquiry", "created", None), ("mql", "manual", None), ("sal", "manual", None),
    ]  # fmt: skip
    assert len(client.get("/api/v1/stage-changes?voided=true").json()["results"]) == 0
    assert len(client.get("/api/v1/stage-changes?to=mql").json()["results"]) == 1
    problem(client.post("/api/v1/stage-changes", {}, format="json"), 405, "method_not_allowed")

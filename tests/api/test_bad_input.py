"""Whatever is sent, the answer is a refusal that names it, never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from leads.models import Lead
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast


def send(client: APIClient, path: str, body: Any) -> Any:
    """As a client sends it who writes everything but ASCII as an escape."""
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


DEEP = "[" * 100_000 + "]" * 100_000
WRITABLE = (
    "leads",
    "leads/bulk",
    "activities",
    "activities/bulk",
    "deals",
    "companies",
    "campaigns",
    "spend",
    "series",
)


@pytest.fixture
def client(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.operator)


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        "{'a': 1}",
        "nul",
        "NaN",
        '{"a": NaN}',
        '{"a": Infinity}',
        "\ufeff{}",
        DEEP,
        '{"a":' * 40 + "1" + "}" * 40,
        "1" * 5000,
        "{}x",
    ],
    ids=lambda raw: raw[:10] or "empty",
)
def test_what_is_not_json(client: APIClient, raw: str) -> None:
    problem(client.post("/api/v1/leads", raw, content_type="application/json"), 400, "invalid_json")


@pytest.mark.parametrize("raw", ["", "{}", '{"title": null}', '{"title": ""}'])
def test_what_says_nothing_at_all(client: APIClient, raw: str) -> None:
    problem(client.post("/api/v1/leads", raw, content_type="application/json"), 400, "empty")
    problem(client.post("/api/v1/deals", raw.replace("title", "owner"), content_type="application/json"), 400, "empty")


def test_a_number_beyond_all_numbers(client: APIClient) -> None:
    raw = '{"source": "web", "attributes": {"a": 1e999}}'
    problem(client.post("/api/v1/leads", raw, content_type="application/json"), 400, "invalid_fields")


def test_bytes_that_are_no_text(client: APIClient) -> None:
    problem(client.post("/api/v1/leads", b'{"title": "\xff"}', content_type="application/json"), 400, "invalid_json")


@pytest.mark.parametrize("path", WRITABLE)
@pytest.mark.parametrize("body", [[], "text", 1, None, True, [[]], [{}]], ids=str)
def test_what_is_no_object(client: APIClient, path: str, body: Any) -> None:
    problem(send(client, path, body), 400)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_kind_of_body(client: APIClient, content_type: str) -> None:
    problem(client.post("/api/v1/leads", "a=1", content_type=content_type), 415, "unsupported_media_type")


def test_a_body_without_end(client: APIClient) -> None:
    problem(
        client.post("/api/v1/leads", b'"' + b"x" * (10 * 2**20) + b'"', content_type="application/json"),
        413,
        "too_large",
    )


TEXTS = (
    "system", "external_id", "email", "phone", "first_name", "last_name", "full_name", "title", "company", "company_external_id",
    "source", "channel", "campaign", "stage", "reason", "owner", "team", "segment", "territory", "country",
)  # fmt: skip


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_that_is_too_long_or_none(client: APIClient, field: str) -> None:
    for value, code in (
        ("x" * 10_000, "too_long"),
        ("a\u0000b", "invalid_characters"),
        ("\ud800", "invalid_characters"),
        (1, "invalid_type"),
        (True, "invalid_type"),
        ([], "invalid_type"),
        ({"a": 1}, "invalid_type"),
    ):
        body = problem(send(client, "leads", {field: value}), 400, "invalid_fields")
        assert (field, code) in [(error["field"], error["code"]) for error in body["errors"]], (value, body)
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2024-13-01T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:59-23:59", 1, [], "T"],
    ids=str,
)  # fmt: skip
def test_what_is_no_instant(client: APIClient, value: Any) -> None:
    body = problem(client.post("/api/v1/leads", {"created_at": value}, format="json"), 400, "invalid_fields")
    assert [error["field"] for error in body["errors"]] == ["created_at"]


def test_what_lies_ahead(client: APIClient) -> None:
    body = problem(client.post("/api/v1/leads", {"created_at": "2199-01-01T00:00:00Z"}, format="json"), 400)
    assert body["errors"][0]["code"] == "in_the_future"


@pytest.mark.parametrize(
    "value",
    [[], "x", 1, {"a": "b\u0000"}, {"a\u0000": 1}, {"a": [10**30]}, {"x" * 300: 1}, {"": 1}, {"a": {"b": ["\ud800"]}}],
    ids=repr,
)  # fmt: skip
def test_attributes_that_cannot_be_kept(client: APIClient, value: Any) -> None:
    body = problem(send(client, "leads", {"attributes": value}), 400, "invalid_fields")
    assert [error["field"] for error in body["errors"]] == ["attributes"]
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        [],
        "granted",
        {"marketing": "maybe"},
        {"marketing": 1},
        {"": "granted"},
        {"x" * 60: "granted"},
        {"a\u0000": "granted"},
    ],
)
def test_consents_that_say_nothing(client: APIClient, value: Any) -> None:
    problem(client.post("/api/v1/leads", {"consents": value}, format="json"), 400, "invalid_fields")


@pytest.mark.parametrize(
    "amount",
    ["x", "1e400", "1" * 30, "1.23456", True, [], {}, {"amount": "1"}, {"amount": "1", "currency": "eur"},
     {"amount": "NaN", "currency": "EUR"}, "NaN", "Infinity", 10**40, -1e300],
    ids=repr,
)  # fmt: skip
def test_what_is_no_money(client: APIClient, cast: Cast, amount: Any) -> None:
    lead = world.a_lead("1")
    body = problem(
        client.post("/api/v1/deals", {"lead_id": lead.pk, "amount": amount}, format="json"), 400, "invalid_fields"
    )
    assert all(error["field"].startswith("amount") for error in body["errors"])


@pytest.mark.parametrize("lead_id", [0, -1, 2**63, 10**400, "x", 1.5, [], True])
def test_what_is_no_id(client: APIClient, lead_id: Any) -> None:
    body = {"kind": "call", "at": "2024-01-01T00:00:00Z", "lead_id": lead_id}
    problem(client.post("/api/v1/activities", body, format="json"), 400)


@pytest.mark.parametrize(
    "path", ["leads/99999999999999999999", "leads/-1", "leads/1e3", "leads/" + "9" * 5000, "leads/%00", "reports/%00"]
)
def test_an_address_that_names_nothing(client: APIClient, path: str) -> None:
    problem(client.get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("leads", "created_at__gte=yesterday"),
        ("leads", "created_at__gte=%00"),
        ("leads", "created_at__gte=0001-01-01"),
        ("activities", "at__lt=9999-12-31T23:59:59-14:00"),
        ("leads", "created_at__gte=%25"),
        ("activities", "at=%25s"),
        ("leads", "owner_id=x"),
        ("leads", "owner_id=-1"),
        ("leads", "owner_id=" + "9" * 40),
        ("leads", "source=%00"),
        ("leads", "search=a%00b"),
        ("leads", "is_tset=true"),
        ("leads", "created_at__contains=2024"),
        ("deals", "status=maybe"),
        ("spend", "starts_on__gte=x"),
        ("series", "date__gte=x"),
        ("imports", "state=lost"),
        ("leaks", "side=nowhere"),
    ],
)
def test_a_filter_that_cannot_be(client: APIClient, kind: str, query: str) -> None:
    body = problem(client.get(f"/api/v1/{kind}?{query}"), 400, "invalid_fields")
    assert [error["field"] for error in body["errors"]] == [query.partition("=")[0]]


def test_all_that_is_wrong_is_named_at_once(client: APIClient) -> None:
    body = problem(
        client.post("/api/v1/activities", {"kindd": "call", "at": "x"}, format="json"), 400, "invalid_fields"
    )
    assert {error["field"] for error in body["errors"]} >= {"kindd"}
    body = problem(
        client.post("/api/v1/activities", {"kind": 1, "at": "x", "url": "y" * 3000}, format="json"),
        400,
        "invalid_fields",
    )
    assert {error["field"] for error in body["errors"]} == {"at", "url"} | (
        {"kind"} if len(body["errors"]) == 3 else set()
    )

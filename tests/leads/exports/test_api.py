"""The lists of the API as CSV: the same filters and order, all of it, and JSON where nobody asks for it."""

from __future__ import annotations

import pytest
from django.test import Client

from alignment.ui.exports import sending
from leads.models import Lead
from tests.leads.exports.taking import csv_rows, sent
from tests.leads.exports.world_to_take import company

pytestmark = pytest.mark.django_db


def test_lists_of_the_api_are_taken_as_csv_with_their_filters() -> None:
    people = company()
    operator, partner = Client(), Client()
    operator.force_login(people.operator)
    partner.force_login(people.partner)
    rows = csv_rows(sent(operator, "/api/v1/leads?format=csv&source=fair&order=created_at"))
    assert [row["email"] for row in rows] == ["only@mail.example"]
    file = sent(operator, "/api/v1/leads?format=csv&order=id")
    assert not file.startswith(b"\xef\xbb\xbf")
    assert len(csv_rows(file)) == Lead.objects.count()
    for path in ("companies", "activities", "deals", "stage-changes"):
        assert len(csv_rows(sent(operator, f"/api/v1/{path}?format=csv"))) > 1, path
    assert [row["team"] for row in csv_rows(sent(partner, "/api/v1/leads?format=csv"))] == ["Partners"]


def test_csv_is_also_what_is_accepted_and_json_what_is_not_asked_otherwise() -> None:
    people = company()
    operator = Client()
    operator.force_login(people.operator)
    answer = operator.get("/api/v1/deals", HTTP_ACCEPT="text/csv")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    for accepted in ("application/json, text/csv", "*/*"):
        assert operator.get("/api/v1/deals", HTTP_ACCEPT=accepted)["Content-Type"] == "application/json"
    assert operator.get("/api/v1/deals?format=csv&nonsense=1").json()["code"] == "invalid_fields"
    refused = operator.get("/api/v1/teams?format=csv")
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")


def test_where_no_place_is_free_the_api_says_so_as_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    people = company()
    operator = Client()
    operator.force_login(people.operator)
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 0.01)
    held = [operator.get("/api/v1/deals?format=csv") for _ in range(sending.AT_ONCE)]
    refused = operator.get("/api/v1/deals?format=csv")
    assert (refused.status_code, refused["Content-Type"]) == (503, "application/problem+json")
    assert (refused.json()["code"], refused["Retry-After"]) == ("busy", "20")
    for answer in held:
        answer.close()

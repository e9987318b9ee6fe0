"""Every error of the API has one shape."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.test import APIClient

from alignment.api.throttles import MinuteThrottle
from alignment.people.persons import change_person
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import TIME_ZERO, Cast


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer nonsense", "Bearer a b", "Bearer \u00ff\u00fe", "Basic abc"])
def test_without_a_key_that_counts_it_is_401(db: None, key: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=key)
    response = client.get("/api/v1/teams")
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.status_code == 401
    assert response.json()["code"] in {"not_authenticated", "authentication_failed"}


def test_the_key_of_somebody_who_left_opens_nothing(cast: Cast, calling: Caller) -> None:
    client = calling(cast.marketer)
    change_person(cast.marketer, now=TIME_ZERO, active=False)
    problem(client.get("/api/v1/teams"), 401, "authentication_failed")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/teams/x", "/api/v2/teams", "/api/", "/api/v1/teams/1/2/"])
def test_an_address_that_is_not_there_is_a_problem_too(cast: Cast, calling: Caller, path: str) -> None:
    problem(calling(cast.operator).get(path), 404, "not_found")


def test_an_address_that_is_not_there_says_nothing_to_strangers(db: None) -> None:
    problem(APIClient().get("/api/v1/nothing"), 401, "not_authenticated")


def test_the_last_slash_makes_no_difference(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    assert client.get("/api/v1/teams/").json() == client.get("/api/v1/teams").json()
    assert client.get("/api/v1/schema?format=json").status_code == 200


def test_a_method_that_is_not_there(cast: Cast, calling: Caller) -> None:
    response = calling(cast.operator).delete("/api/v1/teams")
    assert "GET" in response["Allow"]
    problem(response, 405, "method_not_allowed")


def test_an_answer_that_we_cannot_give(cast: Cast, calling: Caller) -> None:
    problem(calling(cast.operator).get("/api/v1/teams", HTTP_ACCEPT="image/png"), 406, "not_acceptable")


def test_too_many_requests(cast: Cast, calling: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MinuteThrottle, "limit", 3)
    client = calling(cast.operator)
    answers = [client.get("/api/v1/teams") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) >= 2
    problem(refused[-1], 429, "too_many_requests")
    assert 1 <= int(refused[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("sidde=sales", "sidde", "unknown_filter"),
        ("side=nowhere", "side", "invalid_choice"),
        ("page_size=0", "page_size", "invalid_number"),
        ("page_size=501", "page_size", "invalid_number"),
        ("page_size=%C2%B2", "page_size", "invalid_number"),
        ("order=name", "order", "unknown_order"),
        ("search=%00", "search", "invalid_characters"),
    ],
)
def test_a_wrong_option_is_named(cast: Cast, calling: Caller, query: str, field: str, code: str) -> None:
    body = problem(calling(cast.operator).get(f"/api/v1/teams?{query}"), 400, "invalid_fields")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]


def test_what_nobody_foresaw_says_nothing_of_the_inside(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_team RENAME COLUMN side TO flank")
    body = problem(client.get("/api/v1/users"), 500, "unexpected")
    assert "flank" not in str(body)
    assert "side" not in str(body["detail"]).split()


def test_a_form_with_too_many_parts(cast: Cast, calling: Caller) -> None:
    client = calling(cast.operator)
    fields = {f"field_{n}": "x" for n in range(5001)}
    problem(client.post("/api/v1/imports", fields, format="multipart"), 413, "too_large")
    files = {f"file_{n}": SimpleUploadedFile(f"{n}.csv", b"a") for n in range(101)}
    problem(client.post("/api/v1/imports", files, format="multipart"), 413, "too_large")
    problem(client.post("/api/v1/imports", {"kind": "x" * 11 * 2**20}, format="multipart"), 413, "too_large")

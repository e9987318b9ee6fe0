"""Agreements over the API under strain: terms that are too much, and lists that grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from tests.agreements import lunch
from tests.agreements.lunch import LUNCH, a_draft, a_proposal, agreed
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.clocks import present_is
from tests.world import NOW, Cast

AT = "/api/v1/agreements"
LEAF: dict[str, Any] = {"field": "lead.country", "op": "is", "value": "DE"}


@pytest.fixture(autouse=True)
def _lunch_at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    present_is(NOW, monkeypatch)
    with lunch.registered():
        yield


@pytest.fixture
def client(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.marketing_lead)


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = LEAF
    for _ in range(depth):
        condition = {"all": [condition]}
    return condition


@pytest.mark.parametrize(
    ("criteria", "codes"),
    [
        ({"all": [LEAF] * 4_000}, {"too_many_conditions"}),
        (nested(12), {"too_deep"}),
        ({"field": "lead.shoe_size", "op": "is", "value": "9"}, {"unknown_field"}),
        ({"all": [{"field": "company.employees", "op": "at_least", "value": 50},
                  {"field": "company.employees", "op": "at_most", "value": 20}]}, {"contradiction"}),
        ({"field": "lead.country", "op": "matches", "value": "*a*a*a*a*a*a*b"}, {"pattern_too_wild"}),
        ({"field": "lead.country", "op": "is", "regex": "(a+)+$"}, {"unknown_key"}),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused_with_their_place(client: APIClient, criteria: Any, codes: set[str]) -> None:
    body = {"kind": "lead_definition", "key": "mql", "terms": {"criteria": criteria}}
    said = problem(client.post(AT, body, format="json"), 400, "invalid_terms")
    assert codes <= {error["code"] for error in said["errors"]}, said
    assert all(error["field"].split(".")[0] == "terms" for error in said["errors"])
    assert len(said["detail"]) < 2_000
    assert not Version.objects.filter(agreement__kind="lead_definition", step="draft").exists()


def test_ten_thousand_conditions_and_a_hundred_levels_get_a_clear_no(client: APIClient) -> None:
    many = {"kind": "lead_definition", "key": "mql", "terms": {"criteria": {"all": [LEAF] * 10_000}}}
    problem(client.post(AT, many, format="json"), 400, "terms_too_long")
    deep = {"kind": "lead_definition", "key": "mql", "terms": {"criteria": nested(100)}}
    assert "nested deeper" in problem(client.post(AT, deep, format="json"), 400, "invalid_json")["detail"]


def queries(client: APIClient, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_longer_list_asks_the_database_no_more(cast: Cast, client: APIClient) -> None:
    def one(key: str) -> None:
        for minutes in (30, 40, 50):
            agreed(cast, NOW, minutes, key=key)
        a_proposal(cast.marketer, NOW, 60, key=key)
        a_draft(cast.marketer, NOW, key=key)

    one("a")
    paths = (f"{AT}?kind={LUNCH}", f"{AT}/{LUNCH}/a/versions")
    before = [queries(client, path) for path in paths]
    for key in ("b", "c", "d"):
        one(key)
    for minutes in (35, 45):
        a_draft(cast.marketer, NOW, minutes, key="a")
    assert [queries(client, path) for path in paths] == before
    assert max(before) <= 15


def test_a_list_asks_at_once_whose_calendars_they_are(cast: Cast, client: APIClient) -> None:
    def one(key: str) -> None:
        terms = {"timezone": "UTC", "windows": [{"day": "monday", "start": "09:00", "end": "17:00"}]}
        start_draft("calendar", key, terms, author=cast.marketer, now=NOW)

    one(f"team:{cast.marketing.pk}")
    one(f"person:{cast.marketer.pk}")
    before = queries(client, f"{AT}?kind=calendar")
    one(f"team:{cast.sales.pk}")
    for person in (cast.salesperson, cast.sales_lead, cast.manager):
        one(f"person:{person.pk}")
    assert queries(client, f"{AT}?kind=calendar") == before
    titles = {one["title"] for one in client.get(f"{AT}?kind=calendar").json()["results"]}
    assert {"Working time of the team Sales", "Working time of Salesperson"} <= titles


def test_an_agreement_of_a_kind_that_is_no_more_is_left_out(cast: Cast, client: APIClient) -> None:
    agreed(cast, NOW)
    with lunch.registered(replace(lunch.KIND, key="snack")):
        start_draft("snack", "monday", {"minutes": 5}, author=cast.marketer, now=NOW)
        there = [one["kind"] for one in client.get(AT).json()["results"]]
    assert {"snack", LUNCH} <= set(there)
    assert [one["kind"] for one in client.get(AT).json()["results"]] == [kind for kind in there if kind != "snack"]
    problem(client.get(f"{AT}/snack/monday"), 404, "not_found")

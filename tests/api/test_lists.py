"""Lists are walked page by page; what comes in meanwhile neither shifts a page nor shows anything twice."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from leads.models import Lead
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import NOW, Cast, day


def leads_at(*days: float) -> list[int]:
    made = Lead.objects.bulk_create([Lead(created_at=day(days_), recorded_at=NOW) for days_ in days])
    return [lead.pk for lead in made]


def page(client: APIClient, address: str) -> tuple[list[int], str | None, str | None]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert set(body) == {"results", "next", "previous"}
    return [row["id"] for row in body["results"]], body["next"], body["previous"]


def walk(client: APIClient, address: str) -> list[list[int]]:
    pages, following = [], address
    while following:
        ids, following, _back = page(client, following)  # type: ignore[assignment]
        pages.append(ids)
    return pages


@pytest.fixture
def client(cast: Cast, calling: Caller) -> APIClient:
    return calling(cast.manager, scope="read")


def test_an_empty_list_has_no_pages(client: APIClient) -> None:
    assert page(client, "/api/v1/leads") == ([], None, None)


@pytest.mark.parametrize("order", ["-created_at", "created_at", "id", "-id"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_once_and_in_order_also_among_equal_times(client: APIClient, order: str, size: int) -> None:
    leads_at(0, 0, 0, 1, 1, 2, 0)
    wanted = list(Lead.objects.order_by(order, "-id" if order[0] == "-" else "id").values_list("id", flat=True))
    pages = walk(client, f"/api/v1/leads?order={order}&page_size={size}")
    assert [pk for ids in pages for pk in ids] == wanted
    assert all(len(ids) == size for ids in pages[:-1])


def test_back_again_over_the_same_pages(client: APIClient) -> None:
    leads_at(*range(5))
    first, following, back = page(client, "/api/v1/leads?page_size=2&order=id")
    assert back is None
    second, following, back = page(client, str(following))
    third, following, _back = page(client, str(following))
    assert following is None
    again, following, back = page(client, str(_back))
    assert again == second
    assert page(client, str(following))[0] == third
    assert page(client, str(back))[0] == first
    assert page(client, str(back))[2] is None


def test_what_comes_in_meanwhile_shifts_nothing(client: APIClient) -> None:
    ids = leads_at(0, 1, 2, 3)
    first, following, _back = page(client, "/api/v1/leads?page_size=2")
    newer, older = leads_at(9)[0], leads_at(0.5)[0]
    second, following, back = page(client, str(following))
    third, _following, _again = page(client, str(following))
    assert first == [ids[3], ids[2]]
    assert second == [ids[1], older]
    assert third == [ids[0]]
    assert page(client, str(back))[0] == first
    assert page(client, str(page(client, str(back))[2]))[0] == [newer]


def test_the_row_at_the_edge_may_be_gone(client: APIClient) -> None:
    ids = leads_at(0, 1, 2, 3)
    _first, following, _back = page(client, "/api/v1/leads?page_size=2&order=id")
    Lead.objects.filter(pk=ids[1]).delete()
    assert page(client, str(following))[0] == ids[2:]


def test_filters_stay_on_the_way(client: APIClient) -> None:
    for number in range(4):
        world.a_lead(str(number), source="web" if number % 2 else "fair")
    _ids, following, _back = page(client, "/api/v1/leads?source=web&page_size=1")
    query = parse_qs(urlsplit(str(following)).query)
    assert (query["source"], query["page_size"]) == (["web"], ["1"])
    assert sum(len(ids) for ids in walk(client, "/api/v1/leads?source=web&page_size=1")) == 2


NONSENSE = (
    "x",
    "AAAA",
    "bm90IGpzb24",
    "W10",
    "WyJpZCJd",
    "WyJpZCIsZmFsc2UsMV0",
    "WyJpZCIsZmFsc2UsIngiXQ",
    "%00",
    "\u00e9",
    "a" * 5000,
)


@pytest.mark.parametrize("cursor", NONSENSE)
def test_a_cursor_that_is_none_of_ours(client: APIClient, cursor: str) -> None:
    problem(client.get(f"/api/v1/leads?order=id&cursor={cursor}"), 400, "invalid_cursor")


def test_a_cursor_of_another_order(client: APIClient) -> None:
    leads_at(0, 1)
    _ids, following, _back = page(client, "/api/v1/leads?page_size=1&order=id")
    problem(client.get(str(following).replace("order=id", "order=-id")), 400, "invalid_cursor")


def test_nothing_is_counted_and_no_page_costs_more_than_the_first(client: APIClient) -> None:
    leads_at(*range(12))
    _ids, following, _back = page(client, "/api/v1/leads?page_size=2")
    with CaptureQueriesContext(connection) as first:
        client.get("/api/v1/leads?page_size=2")
    with CaptureQueriesContext(connection) as later:
        client.get(str(following).replace("page_size=2", "page_size=10"))
    assert len(first) == len(later)
    assert not [query for query in later if "count(" in query["sql"].lower()]


def test_pages_hold_fifty_unless_asked(client: APIClient) -> None:
    leads_at(*(0 for _ in range(51)))
    assert len(page(client, "/api/v1/leads")[0]) == 50
    assert len(page(client, "/api/v1/leads?page_size=500")[0]) == 51

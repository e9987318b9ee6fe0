"""How many queries does each page take, and each list of the API? Never more than tests/query_counts.json says, however many rows.

A page that is new, or that takes more (or fewer), is written down by `pytest tests/queries --write-query-counts`; who writes more says why.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from leads.demo.seed import seed_demo
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.queries.addresses import addresses
from tests.queries.rows import many_more
from tests.world import NOW

pytestmark = pytest.mark.django_db

BASELINE = Path(__file__).parent.parent / "query_counts.json"
FEW, MANY = 10, 60

ONE_EACH = {"api/v1/imports": "each import of the page tells its first hundred errors"}
"""Where a page of fifty asks once a row, and why."""


@dataclass(frozen=True)
class Opened:
    """What opening an address took."""

    status: int
    queries: int
    statements: Counter[str]


@pytest.fixture(scope="module")
def opened(lasting: Lasting) -> Iterator[tuple[dict[str, Opened], dict[str, Opened]]]:
    """Every address, with few rows of everything, and with many."""
    with lasting(), pytest.MonkeyPatch.context() as clock:
        present_is(NOW, clock)
        seed_demo(leads=FEW * 5, seed="alignment", now=NOW, timezone="Europe/Berlin", currency="EUR")
        many_more(FEW)
        few = _open_all(addresses())
        many_more(MANY - FEW)
        many = _open_all({route: address for route, address in addresses().items() if route in few})
        yield few, many
        clock.undo()


def _open_all(found: dict[str, str]) -> dict[str, Opened]:
    client = Client()
    client.force_login(User.objects.get(email="operator@demo.example"))
    return {route: opened for route, address in found.items() if (opened := _open(client, address)) is not None}


def _open(client: Client, address: str) -> Opened | None:
    """The second time, as everybody but the first finds it. None: it only takes what is sent to it."""
    for _time in range(2):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
    if answer.status_code == 405:
        return None
    return Opened(
        answer.status_code,
        len(queries),
        Counter(query["sql"].split(" WHERE ")[0] for query in queries.captured_queries),
    )


def test_every_page_and_list_opens(opened: tuple[dict[str, Opened], dict[str, Opened]]) -> None:
    few, many = opened
    assert {route: one.status for route, one in {**few, **many}.items() if one.status != 200} == {}


def test_no_page_takes_more_queries_than_it_did(
    opened: tuple[dict[str, Opened], dict[str, Opened]], request: pytest.FixtureRequest
) -> None:
    found = {route or "/": one.queries for route, one in sorted(opened[0].items())}
    if request.config.getoption("--write-query-counts"):
        BASELINE.write_text(json.dumps(found, indent=1) + "\n")
    known = json.loads(BASELINE.read_text())
    told = "write them down with `pytest tests/queries --write-query-counts`"
    assert sorted(found.keys() - known.keys()) == [], f"new pages: {told}"
    assert sorted(known.keys() - found.keys()) == [], f"pages that are gone: {told}"
    more = {route: (known[route], count) for route, count in found.items() if count > known[route]}
    assert more == {}, "more queries than before; each of them is felt on every visit"
    fewer = {route: (known[route], count) for route, count in found.items() if count < known[route]}
    assert fewer == {}, f"fewer queries than before, well done: {told}"


def test_queries_do_not_grow_with_rows(opened: tuple[dict[str, Opened], dict[str, Opened]]) -> None:
    few, many = opened
    grown = {
        route: (one.queries, many[route].queries)
        for route, one in few.items()
        if many[route].queries > one.queries and route not in ONE_EACH
    }
    again = {route: (many[route].statements - few[route].statements).most_common(3) for route in grown}
    assert again == {}, f"asked for each row: {again}"

"""The API under its server, beside bare views

The product and two bare psycopg2 views (tests/benchmarks/bare.py) answer in the same processes of the same web server: a list of 50
leads with a filter as JSON, and one lead written and committed. The product's list asks whose key it is, counts the request, shows
names and consents, and hands out cursors; its creation cleans and matches the lead and its company, logs it, keeps its stay and
progress, remembers the answer under the idempotency key. One client keeps its connection; eight ask at once, again and again. Callers
run on the same two processors as the server and the database.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.benchmarks.figures import Figure
from tests.benchmarks.serving import Caller, a_second, memory_of, new_lead, served, times

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (10_000, 1_000_000)
WRITES = True
WHY = {
    "api_list": (
        "the product asks whose key it is, counts the request, and says names and consents: three short statements and the "
        "framework's way through a request, where the bare view has one statement and none."
    ),
    "api_create": (
        "a creation is eleven short statements (whose key, whether the answer is known, who it is, the company, the log, stay and "
        "progress, what waits, the answer kept) where the bare one is one; half of the time is the framework's and our Python, a "
        "sixth the commit."
    ),
    "api_create_rate": "as for one client: Python, and two processors that callers, server and database share.",
    "api_bulk": (
        "a bare COPY of all the rows that a lead becomes, with their keys and indexes, does not reach it either (see Import); a third "
        "is Python, a fifth the text that leads are found by, with its index."
    ),
}
APPLICATION = "tests.benchmarks.bare:application"
COUNT, SECONDS, CLIENTS = 200, 5.0, 8
BULK, ITEMS = 6, 1_000
DEEP_PAGES = 200
OURS, BARE = "/api/v1/leads", "/bare/leads"
FILTER = "?source=social"


def measure(bench: Bench) -> Iterator[Figure]:
    """One client, eight clients, the deepest page, many leads at once."""
    from alignment.people.api_keys import create_api_key
    from alignment.people.persons import add_person

    person = bench.person("operator")
    others = [
        add_person(name=f"Client {n}", email=f"client{n}@example.com", team=person.team, role="operator", now=bench.now)
        for n in range(CLIENTS)
    ]  # each asks less in a minute than one may
    with served(APPLICATION, bench.place, bench.url) as (port, process):
        caller, *crowd = (Caller(port, create_api_key(one, scope="write")) for one in (person, *others))
        yield from _lists(caller, crowd)
        yield _deepest(caller)
        yield from _creations(caller, crowd)
        yield _bulk(caller)
        memory = max(memory_of(process).values())
        yield Figure("api_memory", "Memory (PSS) of a web process after that", memory, "MB", target=250)
        if wrong := [error for one in (caller, *crowd) for error in one.errors]:
            raise SystemExit(f"{len(wrong)} requests failed: {wrong[0]}")


def _lists(caller: Caller, crowd: list[Caller]) -> Iterator[Figure]:
    def ours(one: Caller) -> float:
        return one.ask("GET", OURS + FILTER)[0]

    def bare(one: Caller) -> float:
        return one.ask("GET", BARE + FILTER)[0]

    peer, mine = times(caller, bare, COUNT), times(caller, ours, COUNT)
    yield Figure("api_list_p50", "A list of 50 with a filter, median", median(mine), "ms", peer=median(peer))
    yield Figure("api_list", "The same, p95", _p95(mine), "ms", peer=_p95(peer), target=3)
    peer_rate, rate = a_second(crowd, bare, SECONDS), a_second(crowd, ours, SECONDS)
    yield Figure(
        "api_list_rate", "Lists with eight clients", rate, "a second", peer=peer_rate, target=0.2, at_least=True
    )


def _creations(caller: Caller, crowd: list[Caller]) -> Iterator[Figure]:
    def ours(one: Caller) -> float:
        return one.create(OURS)

    def bare(one: Caller) -> float:
        return one.create(BARE)

    peer, mine = times(caller, bare, COUNT), times(caller, ours, COUNT)
    yield Figure("api_create", "A lead created, median", median(mine), "ms", peer=median(peer), target=4)
    yield Figure("api_create_p95", "The same, p95", _p95(mine), "ms", peer=_p95(peer))
    peer_rate, rate = a_second(crowd, bare, SECONDS), a_second(crowd, ours, SECONDS)
    title = "Leads created with eight clients"
    yield Figure("api_create_rate", title, rate, "a second", peer=peer_rate, target=0.2, at_least=True)


def _deepest(caller: Caller) -> Figure:
    """The last page, walked to from the end of the list, and one far behind the first, against the first."""
    first = median(times(caller, lambda one: one.ask("GET", OURS)[0], COUNT))
    address = f"{OURS}?page_size=500"
    for _ in range(DEEP_PAGES):
        following = json.loads(caller.ask("GET", address)[1])["next"]
        if following is None:
            break
        address = f"{OURS}?{urlsplit(following).query}"
    deep = address.replace("page_size=500", "page_size=50")
    last = median(times(caller, lambda one: one.ask("GET", deep)[0], COUNT))
    title = "A page 100,000 leads further on (or the last), against the first"
    return Figure("api_deep_page", title, last, "ms", peer=first, target=1.5)


def _bulk(caller: Caller) -> Figure:
    took = 0.0
    for _ in range(BULK):
        items = {"items": [new_lead() for _ in range(ITEMS)]}
        took += caller.ask("POST", f"{OURS}/bulk", items, Idempotency_Key=uuid.uuid4().hex)[0]
    rate = 1000 * BULK * ITEMS / took
    return Figure("api_bulk", "Leads created a thousand at a time", rate, "leads/s", target=5_000, at_least=True)


def _p95(ordered: list[float]) -> float:
    return ordered[int(0.95 * len(ordered))]

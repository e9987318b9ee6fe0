"""Somebody at work while an import runs, in a process of its own: `python -m tests.benchmarks.import_visits`.

Each page is asked for in turn. A line of JSON with each page's 95th percentile in milliseconds is printed when nobody else was at work yet,
another one when the standard input ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import quantiles
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

PAGES = {"leads": "/leads/", "dashboard": "/"}
VISITS = 40


def main() -> int:
    """Visit until nobody reads on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
    import django

    django.setup()
    visitor, over = _visitor(), Event()
    for address in PAGES.values():
        visitor.get(f"{address}?wait=1")  # what is counted beforehand is there, as it is for whoever works here
    _visited(visitor, lambda count: count >= 2)
    print(json.dumps(_visited(visitor, lambda count: count >= VISITS)), flush=True)  # noqa: T201

    def wait() -> None:
        sys.stdin.read()
        over.set()

    Thread(target=wait, daemon=True).start()
    print(json.dumps(_visited(visitor, lambda count: over.is_set() and count >= 2)), flush=True)  # noqa: T201
    return 0


def _visitor() -> Client:
    """An operator who is signed in."""
    from django.test import Client

    from alignment.clock import now
    from alignment.people.models import Organisation
    from alignment.people.persons import add_person, ensure_team

    Organisation.objects.get_or_create(
        id=1, defaults={"name": "Bench", "timezone": "UTC", "currency": "EUR", "set_up_at": now()}
    )
    team = ensure_team("Bench", side="sales")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(add_person(name="Bench", email="visitor@bench.example", team=team, role="operator", now=now()))
    return client


def _visited(visitor: Client, enough: Callable[[int], bool]) -> dict[str, float]:
    """The 95th percentile of each page, in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    while not enough(min(map(len, times.values()))):
        for name, address in PAGES.items():
            began = time.perf_counter()
            answer = visitor.get(address)
            times[name].append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
    return {name: quantiles(found, n=20)[-1] for name, found in times.items()}


if __name__ == "__main__":
    sys.exit(main())

"""Fifty people at work

Fifty people of both teams, each with a think time of three seconds on average, over the product's own web server: they read pages and
lists, open leads, log calls, move leads. Beside them the touched leads are recomputed over and over, and a file of ten thousand leads
is imported again and again, as the workers do it: gently. Ten minutes, or BENCH_LOAD_SECONDS. The callers run on the same two
processors. Memory is taken when everybody has been at work for a fifth of the time, and at the end: what an hour would add is drawn on
from there.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import quantiles
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure
from tests.benchmarks.lock_measures import ROOT, file_of
from tests.benchmarks.serving import Caller, memory_of, served

if TYPE_CHECKING:
    from alignment.people.models import User
    from tests.benchmarks.bench import Bench

SIZES = (1_000_000,)
WRITES = True
PEOPLE, THINK_SECONDS = 50, 3.0
SECONDS = int(os.environ.get("BENCH_LOAD_SECONDS", "600"))
PAGES = ("/", "/leads/", "/leads/?stage=mql", "/now/", "/my-leads/", "/leakage/")
LISTS = ("/api/v1/leads?stage=sql", "/api/v1/activities?kind=call", "/api/v1/handoffs", "/api/v1/deals?status=open")


class Worker(Thread):
    """One person: mostly reads, sometimes does something."""

    def __init__(self, port: int, key: str, session: str, leads: list[int], over: Event) -> None:
        super().__init__(daemon=True)
        self.caller, self.session, self.leads, self.over = Caller(port, key), session, leads, over
        self.drawn = random.Random(session)
        self.took: list[tuple[str, float]] = []

    def run(self) -> None:
        while not self.over.wait(self.drawn.expovariate(1 / THINK_SECONDS)):
            name, method, path, document = self._wish()
            headers = {"Idempotency_Key": uuid.uuid4().hex} if document else {"Cookie": f"sessionid={self.session}"}
            try:
                self.took.append((name, self.caller.ask(method, path, document, **headers)[0]))
            except OSError as error:
                self.caller.errors.append(f"{method} {path}: {error!r}")

    def _wish(self) -> tuple[str, str, str, dict[str, object] | None]:
        lead, share = self.drawn.choice(self.leads), self.drawn.random()
        if share < 0.45:
            path = self.drawn.choice(PAGES)
            return path, "GET", path, None
        if share < 0.60:
            return "/leads/ID/", "GET", f"/leads/{lead}/", None
        if share < 0.75:
            path = self.drawn.choice(LISTS)
            return path, "GET", path, None
        if share < 0.92:
            at = datetime.now(UTC).isoformat()
            return "log", "POST", "/api/v1/activities", {"kind": "call", "at": at, "lead_id": lead}
        stage = self.drawn.choice(("inquiry", "mql"))
        return "move", "POST", f"/api/v1/leads/{lead}/stage", {"to": stage}


def measure(bench: Bench) -> Iterator[Figure]:
    """All of it at once."""
    over = Event()
    with served("alignment.wsgi:application", bench.place, bench.url) as (port, process):
        people = [Worker(port, *_signed_in(one), _leads_of(n), over) for n, one in enumerate(_people())]
        works = Thread(target=_work_on, args=(bench, over), daemon=True)
        for thread in (*people, works):
            thread.start()
        over.wait(SECONDS / 5)
        early = max(memory_of(process).values())
        over.wait(SECONDS * 4 / 5)
        late = max(memory_of(process).values())
        over.set()
        for thread in (*people, works):
            thread.join(60)
    took = [ms for one in people for _name, ms in one.took]
    wrong = [error for one in people for error in one.caller.errors]
    for name in sorted({name for one in people for name, _ms in one.took}):
        times = [ms for one in people for known, ms in one.took if known == name]
        bench.said(f"  {name}: {len(times)} times, p95 {_p95(times):.0f} ms")
    size = f"{PEOPLE} people, {SECONDS} s, {len(took):,} requests"
    yield Figure("load_p95", "Fifty people at work: a request, p95", _p95(took), "ms", target=300, size=size)
    yield Figure("load_errors", "Requests that failed", len(wrong), "", target=0, size=wrong[0][:80] if wrong else size)
    hour = late + max(0.0, late - early) * 3600 / (SECONDS * 4 / 5)
    yield Figure("load_memory", "Memory (PSS) of a web process at the end", late, "MB", target=250)
    yield Figure("load_memory_hour", "The same after an hour, drawn on from two points", hour, "MB", target=250)


def _people() -> list[User]:
    from alignment.people.models import User

    people = User.objects.filter(is_active=True, team__side__in=["marketing", "sales"]).exclude(email=None)
    return list(people.order_by("pk")[:PEOPLE])


def _signed_in(person: User) -> tuple[str, str]:
    """A key and a session of theirs."""
    from django.test import Client

    from alignment.people.api_keys import create_api_key

    browser = Client()
    browser.force_login(person)
    return create_api_key(person, scope="write"), browser.cookies["sessionid"].value


def _leads_of(number: int) -> list[int]:
    """Leads that are on offer to nobody, other ones for everybody: who moves one does not step on another's toes."""
    from leads.records.models import Lead

    free = Lead.objects.filter(merged_into=None, erased_at=None, offered_team=None, stage__in=["inquiry", "mql"])
    return list(free.order_by("-created_at", "-id").values_list("pk", flat=True)[number * 20 : number * 20 + 20])


def _work_on(bench: Bench, over: Event) -> None:
    """What the workers do meanwhile."""
    while not over.is_set():
        for arguments in (["recompute"], file_of(bench.place)):
            command = ["nice", "-n", "10", sys.executable, str(ROOT / "manage.py"), *arguments]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            while process.poll() is None and not over.is_set():
                time.sleep(0.2)
            if process.poll() is None:
                process.terminate()
                process.wait()


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else sum(times)

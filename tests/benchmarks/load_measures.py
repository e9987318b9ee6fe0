"""Fifty people at work

Fifty people of both teams, each with a think time of three seconds on average, over the product's own web server: they read pages and
lists, open leads, log calls, move leads. Beside them the workers and the timekeeper do what they do under `make run`: they recompute,
qualify, route, sweep, count what pages show; and a file of ten thousand leads is imported again and again, gently. Ten minutes, or
BENCH_LOAD_SECONDS, from when the workers have caught up with the days since the base was drawn, or after five minutes of that, and the
pages have their figures: what is left of the first reading of every metric goes on beside. The callers run on the same two processors.
Memory is taken when everybody has been at work for half of the time, and at the end: what the rest of an hour would add is drawn on.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from typing import IO, TYPE_CHECKING

from django.db import connection

from alignment.embedded.children import product
from alignment.embedded.environment import read_environment
from alignment.embedded.home import ROOT, Home
from alignment.embedded.processes import Program
from tests.benchmarks.figures import Figure
from tests.benchmarks.serving import Caller, memory_of, served

if TYPE_CHECKING:
    from alignment.people.models import User
    from tests.benchmarks.bench import Bench

SIZES = (1_000_000,)
WRITES = True
MINUTES = 90
PEOPLE, THINK_SECONDS = 50, 3.0
ROWS = 10_000
PROFILE = {
    "kind": "leads", "system": "again", "timezone": "UTC", "dates": "iso", "encoding": "utf-8", "delimiter": ",",
    "fields": {"external_id": "id", "email": "email", "title": "title"},
}  # fmt: skip
COUNTING_SECONDS = 300
SETTLING_SECONDS, QUIET_SECONDS = 300, 75
"""A job that is to be done every minute has come by then."""
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
  AND query_start < clock_timestamp() - interval '3 seconds'
"""
BEING_COUNTED = b"<title>Being counted"
SECONDS, HOUR = int(os.environ.get("BENCH_LOAD_SECONDS", "600")), 3600
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
    with served("alignment.wsgi:application", bench.place, bench.url) as (port, process), _workers(bench) as workers:
        _until_settled()
        bench.said("What was due in the meantime is done")
        people = [Worker(port, *_signed_in(one), _leads_of(n), over) for n, one in enumerate(_people())]
        works = Thread(target=_import_again, args=(bench, over), daemon=True)
        _until_counted(people[0])
        for thread in (*people, works):
            thread.start()
        over.wait(SECONDS / 2)
        early = max(memory_of(process).values())
        over.wait(SECONDS / 2)
        late = max(memory_of(process).values())
        of_workers = max(memory for one in workers for memory in memory_of(one).values())
        over.set()
        for thread in (*people, works):
            thread.join(60)
    took = [ms for one in people for _name, ms in one.took]
    wrong = [error for one in people for error in one.caller.errors]
    for name in sorted({name for one in people for name, _ms in one.took}):
        times = [ms for one in people for known, ms in one.took if known == name]
        bench.said(f"  {name}: {len(times)} times, median {median(times):.0f}, p95 {_p95(times):.0f} ms")
    for error in wrong[:5]:
        bench.said(f"  {error}")
    size = f"{PEOPLE} people, {SECONDS} s, {len(took):,} requests"
    yield Figure("load_p95", "Fifty people at work: a request, p95", _p95(took), "ms", target=300, size=size)
    yield Figure("load_errors", "Requests that failed", len(wrong), "", target=0, size=wrong[0][:80] if wrong else size)
    hour = late + max(0.0, late - early) * max(0, HOUR - SECONDS) / (SECONDS / 2)
    yield Figure("load_memory", "Memory (PSS) of a web process at the end", late, "MB", target=250)
    yield Figure("load_memory_hour", "The same after an hour, drawn on where it was shorter", hour, "MB", target=250)
    yield Figure("load_memory_worker", "Memory (PSS) of a worker's process at the end", of_workers, "MB", target=250)


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


@contextmanager
def _workers(bench: Bench) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The product's processes but the web server's."""
    home = Home(bench.place / "workers")
    for folder in (home.log, home.state):
        folder.mkdir(parents=True, exist_ok=True)
    programs = [one for one in product(read_environment(os.environ), home) if one.name != "web"]
    running = []
    try:
        for one in programs:
            with one.log.open("ab") as log:
                running.append(_started(one, log))
        yield [process for process, one in zip(running, programs, strict=True) if "worker" in one.name]
    finally:
        for process in running:
            process.terminate()
        for process, one in zip(running, programs, strict=True):
            with suppress(subprocess.TimeoutExpired):
                process.wait(one.patience)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _started(program: Program, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that it ends with all that it started."""
    return subprocess.Popen(
        program.command, stdout=log, stderr=log, cwd=program.cwd, env=program.environment, start_new_session=True
    )


def _until_settled() -> None:
    """Until the workers have caught up with the days since the base was drawn: nothing is asked of the database for a while."""
    until, quiet = time.monotonic() + SETTLING_SECONDS, 0
    while time.monotonic() < until and quiet < QUIET_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK)
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(1)


def _until_counted(person: Worker) -> None:
    """Until every page shows figures, instead of saying that they are being counted."""
    until = time.monotonic() + COUNTING_SECONDS
    while time.monotonic() < until:
        told = [person.caller.ask("GET", page, Cookie=f"sessionid={person.session}")[1] for page in PAGES]
        if not any(BEING_COUNTED in page for page in told):
            return
        time.sleep(1)
    raise TimeoutError("The pages' figures are not counted.")


def _import_again(bench: Bench, over: Event) -> None:
    """One import after the other of the same file: as many leads that are known, by their e-mail with another title, as new ones."""
    arguments = _file(bench.place)
    while not over.is_set():
        command = ["nice", "-n", "10", sys.executable, str(ROOT / "manage.py"), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        while process.poll() is None and not over.is_set():
            time.sleep(0.2)
        if process.poll() is None:
            process.terminate()
            process.wait()


def _file(place: Path) -> list[str]:
    """The command that brings it in."""
    from leads.records.models import Lead

    known = Lead.objects.exclude(email=None).filter(merged_into=None, erased_at=None).order_by("pk")
    emails = list(known.values_list("email", flat=True)[: ROWS // 2])
    path, profile = place / "again.csv", place / "again.json"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "email", "title"])
        rows.writerows(("", email, f"Buyer {n}") for n, email in enumerate(emails))
        rows.writerows((f"new-{n}", f"new-{n}@again.example", "Buyer") for n in range(ROWS // 2))
    profile.write_text(json.dumps(PROFILE))
    return ["import", "leads", str(path), "--profile", str(profile), "--format", "json"]


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else sum(times)

"""The measurements, in the order in which a company would live through them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import quantiles

from django.db import connection
from django.test import Client

from alignment.clock import now
from alignment.people.models import Organisation
from alignment.people.persons import add_person, ensure_team
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Activity, Lead, StageChange
from tests.benchmarks.figures import Figure
from tests.benchmarks.files import Files
from tests.benchmarks.peer import Peer

SPAN = {"start": ["2025-11-01"], "end": ["2026-11-01"]}


@dataclass(frozen=True)
class Run:
    """How long a command took and the most memory that it held, in megabytes."""

    seconds: float
    memory: float


def measure(files: Files) -> list[Figure]:
    """Every figure, for the company in `files`.

    The peer comes after the imports: a child's peak memory begins with what its parent held when it was started.
    """
    runs = {kind: _import(files, kind) for kind in files.rows}
    peer = Peer(files)
    imports = [figure for kind, run in runs.items() for figure in _of_import(kind, files.rows[kind], run, peer)]
    leads, events = Lead.objects.count(), StageChange.objects.count() + Activity.objects.count()
    size = f"{leads:,} leads, {events:,} events"
    _analyze()
    return [
        *imports,
        _full_recompute(size),
        *_touched(size, peer),
        *_reports(size, peer),
        *_pages(size),
        _disk(size),
    ]


def _import(files: Files, kind: str) -> Run:
    command = [
        sys.executable,
        "manage.py",
        "import",
        kind,
        str(files.path(kind)),
        "--profile",
        str(files.profile(kind)),
        "--format",
        "json",
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        answer = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode != 0 or json.loads(answer)["rejected"]:
        raise SystemExit(f"The import of {kind} did not go in whole: {answer[:500]!r}")
    return Run(seconds, usage.ru_maxrss / 1024)


def _of_import(kind: str, rows: int, run: Run, peer: Peer) -> list[Figure]:
    size = f"{rows:,} rows"
    return [
        Figure(f"import_{kind}", f"Import of {kind}", run.seconds, "s", size, peer=peer.load_seconds[kind]),
        Figure(f"import_{kind}_rate", f"Import of {kind}, a second", rows / run.seconds, "rows/s", size),
        Figure(f"import_{kind}_memory", f"Import of {kind}, peak memory", run.memory, "MB", size, target=300),
    ]


def _full_recompute(size: str) -> Figure:
    command = [sys.executable, "manage.py", "recompute", "--full"]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Figure("recompute_full", "Full recompute of all that is kept", time.perf_counter() - began, "s", size)


def _touched(size: str, peer: Peer) -> list[Figure]:
    ids = Random(7).sample(list(Lead.objects.values_list("pk", flat=True)), 1000)
    moment = now()
    moved = _seconds(lambda: record_changes([NewChange(pk, "mql", moment, "manual") for pk in ids], recorded_at=moment))
    recomputed = _seconds(lambda: recompute_touched(now=now()))
    return [
        Figure("move_1000", "Moving 1,000 leads, progress kept", moved, "s", size),
        Figure(
            "recompute_1000",
            "Leaks and cells after 1,000 leads moved",
            recomputed,
            "s",
            size,
            peer=peer.funnel_seconds(),
        ),
    ]


def _reports(size: str, peer: Peer) -> list[Figure]:
    by = {**SPAN, "by": ["month", "source"]}
    funnel, leak = peer.funnel_seconds(), peer.leakage_seconds()
    return [
        Figure(
            "funnel", "Funnel by month and source, percentiles included", _report("funnel", by), "s", size, peer=funnel
        ),
        Figure("flow", "Flow by month", _report("flow", {**SPAN, "by": ["month"]}), "s", size),
        Figure("velocity", "Velocity with Kaplan–Meier", _report("velocity", SPAN), "s", size),
        Figure(
            "leakage",
            "Leakage with value at risk",
            _report("leakage", {**SPAN, "limit": ["500"]}),
            "s",
            size,
            peer=leak,
        ),
    ]


def _report(key: str, options: dict[str, list[str]]) -> float:
    return min(_seconds(lambda: REPORTS[key].run(read_params(options, now=now()), None)) for _ in range(3))


def _pages(size: str) -> list[Figure]:
    Organisation.objects.get_or_create(
        id=1, defaults={"name": "Bench", "timezone": "UTC", "currency": "EUR", "set_up_at": now()}
    )
    team = ensure_team("Bench", side="sales")
    person = add_person(name="Bench", email="bench@example.com", team=team, role="operator", now=now())
    client = Client()
    client.force_login(person)
    pages = {
        "dashboard": ("Dashboard", "/"),
        "leads": ("Leads list", "/leads/"),
        "leads_search": ("Leads list, search by part of a name", "/leads/?search=kowal"),
        "leakage_page": ("Leakage page", "/leakage/"),
        "api_leads": ("API, list of 50", "/api/v1/leads"),
    }
    return [Figure(key, f"{title}, p95", _page(client, address), "ms", size) for key, (title, address) in pages.items()]


def _page(client: Client, address: str) -> float:
    def visit() -> None:
        assert client.get(address, HTTP_HOST="127.0.0.1").status_code == 200, address

    visit()
    return 1000 * quantiles([_seconds(visit) for _ in range(20)], n=20)[-1]


def _disk(size: str) -> Figure:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / (SELECT count(*) FROM leads_lead)")
        return Figure("disk", "Database on disk, a lead", float(cursor.fetchone()[0]) / 1024, "KB", size)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began

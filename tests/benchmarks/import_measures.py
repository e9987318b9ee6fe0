"""What a big import costs, and what it costs those who work meanwhile. Run by `imports`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from threading import Thread

from django.db import connection
from django.test import Client

from alignment.clock import now
from alignment.people.models import Organisation
from alignment.people.persons import add_person, ensure_team
from tests.benchmarks.figures import Figure
from tests.benchmarks.import_files import PROFILE, write_csv, write_workbook

PART = "imports"
PAGES = {"leads": ("Leads list", "/leads/"), "dashboard": ("Dashboard", "/")}
VISITS = 40
LEAST_VISITS = 10
Said = Callable[[str], None]


@dataclass(frozen=True)
class Ran:
    """A command: seconds, peak memory in megabytes, and what it printed."""

    seconds: float
    memory: float
    document: dict[str, object]


def measure(place: Path, rows: int, sheet: int, said: Said) -> list[Figure]:
    """A base of as many leads first, then the same again beside people at work, then a check and a workbook."""
    profile = place / "profile.json"
    profile.write_text(json.dumps(PROFILE))
    base, more, book = place / "base.csv", place / "more.csv", place / "book.xlsx"
    write_csv(base, 0, rows)
    write_csv(more, rows, 2 * rows)
    write_workbook(book, 2 * rows, 2 * rows + sheet)
    size = f"{rows:,} leads, {more.stat().st_size // 2**20} MB"
    first = _import(base, profile)
    said(f"Base: {first.seconds:.1f} s, {rows / first.seconds:,.0f} rows/s, {first.memory:.0f} MB")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    visit = _visitor()
    alone = {
        key: _p95(_times(visit, address, lambda times: len(times) < VISITS)) for key, (_title, address) in PAGES.items()
    }
    said(f"Pages alone, p95: {alone}")
    beside, second = _beside(lambda: _import(more, profile), visit)
    said(f"Pages beside an import, p95: {beside}; import {second.seconds:.1f} s")
    again = _import(more, profile)
    said(f"The same file again: {again.seconds:.1f} s")
    checked = _import(base, profile, "--dry-run")
    said(f"Check: {checked.seconds:.1f} s, {checked.memory:.0f} MB")
    workbook = _import(book, profile)
    said(f"Workbook: {workbook.seconds:.1f} s, {workbook.memory:.0f} MB")
    book_size = f"{sheet:,} leads, {book.stat().st_size // 2**20} MB"
    return [
        _figure("csv_rate", "Import of leads from CSV", rows / first.seconds, "rows/s", size),
        _figure("csv_memory", "Import of leads from CSV, peak memory", first.memory, "MB", size, 300),
        _figure("csv_again_rate", "The same file again: nothing changes", rows / again.seconds, "rows/s", size),
        _figure("check_rate", "Check of a file that is in", rows / checked.seconds, "rows/s", size),
        _figure("check_memory", "Check, peak memory", checked.memory, "MB", size, 300),
        _figure("xlsx_rate", "Import of leads from a workbook", sheet / workbook.seconds, "rows/s", book_size),
        _figure("xlsx_memory", "Import of leads from a workbook, peak memory", workbook.memory, "MB", book_size, 300),
        *(
            _figure(f"beside_{key}", f"{title} while an import runs, p95", beside[key], "ms", size, 2 * alone[key])
            for key, (title, _address) in PAGES.items()
        ),
    ]


def _figure(key: str, title: str, value: float, unit: str, size: str, target: float | None = None) -> Figure:
    return Figure(key, title, value, unit, size, target=target, part=PART)


def _import(file: Path, profile: Path, *options: str) -> Ran:
    """Run the command as the bulk worker does: at low priority."""
    command = ["nice", "-n", "10", sys.executable, "manage.py", "import", "leads", str(file), "--profile", str(profile)]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "--format", "json", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        answer = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    document = json.loads(answer)
    if process.returncode != 0 or document["rejected"]:
        raise SystemExit(f"{file.name} did not go in whole: {answer[:500]!r}")
    return Ran(time.perf_counter() - began, usage.ru_maxrss / 1024, document)


def _visitor() -> Client:
    Organisation.objects.get_or_create(
        id=1, defaults={"name": "Bench", "timezone": "UTC", "currency": "EUR", "set_up_at": now()}
    )
    client = Client()
    client.force_login(
        add_person(
            name="Bench", email="bench@example.com", team=ensure_team("Bench", side="sales"), role="operator", now=now()
        )
    )
    return client


def _beside(work: Callable[[], Ran], visit: Client) -> tuple[dict[str, float], Ran]:
    """The pages' p95 while the work is done, visited in turn; and how the work went."""
    ran: list[Ran] = []
    working = Thread(target=lambda: ran.append(work()))
    working.start()
    times: dict[str, list[float]] = {key: [] for key in PAGES}
    while working.is_alive() or min(map(len, times.values())) < LEAST_VISITS:
        for key, (_title, address) in PAGES.items():
            times[key] += _times(visit, address, lambda times: not times)
    working.join()
    return {key: _p95(found) for key, found in times.items()}, ran[0]


def _times(client: Client, address: str, go_on: Callable[[list[float]], bool]) -> list[float]:
    times: list[float] = []
    while go_on(times):
        began = time.perf_counter()
        assert client.get(address, HTTP_HOST="127.0.0.1").status_code == 200, address
        times.append(time.perf_counter() - began)
    return times


def _p95(times: list[float]) -> float:
    return 1000 * quantiles(times, n=20)[-1]

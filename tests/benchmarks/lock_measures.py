"""Locks: what a click waits for beside recomputing and importing

Somebody clicks without a pause, through the product's own doors: moves a lead, logs a call, edits a title. Beside it
another process recomputes ten thousand touched leads, recomputes everything, or imports a file half of which are the very leads that are
clicked. How long a click waited for a lock is what the database says (`pg_locks.waitstart`, looked at every few milliseconds), not how
long it took: the processors are shared. Every wait of more than 50 ms is also in the server's log, with the statement that held it up.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import connection, connections

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from alignment.people.models import User
    from tests.benchmarks.bench import Bench

SIZES = (100_000,)
WRITES = True
ROOT = Path(__file__).resolve().parents[2]
TOUCHED, ROWS, CLICKED = 10_000, 10_000, 400
GLANCE_SECONDS = 0.003
MOST_SECONDS = 90
LIMIT_MS = 50
PROFILE = {
    "kind": "leads", "system": "clicked", "timezone": "UTC", "dates": "iso", "encoding": "utf-8", "delimiter": ",",
    "fields": {"external_id": "id", "email": "email", "title": "title", "source": {"value": "list"}},
}  # fmt: skip

WAITING = """
SELECT 1000 * extract(epoch FROM clock_timestamp() - l.waitstart), l.locktype, left(b.query, 80)
FROM pg_locks l LEFT JOIN pg_stat_activity b ON b.pid = ANY(pg_blocking_pids(l.pid))
WHERE NOT l.granted AND l.pid = %(pid)s AND l.waitstart IS NOT NULL
"""
TOUCH = "INSERT INTO leads_touched (lead_id) SELECT id FROM leads_lead ORDER BY hashint8(id) LIMIT %(count)s"


@dataclass
class Watch:
    """The longest wait of one session, and what held it up."""

    longest: float = 0.0
    behind: str = ""
    clicks: int = 0
    errors: list[str] = field(default_factory=list)
    done: Event = field(default_factory=Event)
    pid: int | None = None


def measure(bench: Bench) -> Iterator[Figure]:
    """The longest wait beside each of the three."""
    works: tuple[tuple[str, str, Callable[[], list[str]]], ...] = (
        ("touched", f"recomputing {TOUCHED:,} touched leads", lambda: _touched()),
        ("full", "recomputing everything", lambda: ["recompute", "--full"]),
        ("import", f"an import of {ROWS:,} rows, half of them known leads", lambda: file_of(bench.place)),
    )
    for key, title, arguments in works:
        watch = _beside(bench.person("sales-lead"), arguments())
        bench.said(f"{title}: {watch.clicks:,} clicks, longest wait {watch.longest:.0f} ms {watch.behind}")
        if watch.errors:
            raise SystemExit(f"A click failed: {watch.errors[0]}")
        yield Figure(f"wait_{key}", f"Longest wait for a lock beside {title}", watch.longest, "ms", target=LIMIT_MS)


def _touched() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, {"count": TOUCHED})
    return ["recompute"]


def file_of(place: Path) -> list[str]:
    """Known leads by their e-mail with another title, and as many new ones."""
    from leads.records.models import Lead

    known = Lead.objects.exclude(email=None).filter(merged_into=None, erased_at=None).order_by("pk")
    emails = list(known.values_list("email", flat=True)[: ROWS // 2])
    place.mkdir(parents=True, exist_ok=True)
    path, profile = place / "clicked.csv", place / "clicked.json"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "email", "title"])
        rows.writerows(("", email, f"Buyer {n}") for n, email in enumerate(emails))
        rows.writerows((f"new-{n}", f"new-{n}@clicked.example", "Buyer") for n in range(ROWS // 2))
    profile.write_text(json.dumps(PROFILE))
    return ["import", "leads", str(path), "--profile", str(profile), "--format", "json"]


def _beside(person: User, arguments: list[str]) -> Watch:
    """Clicks as long as the command runs."""
    watch = Watch()
    threads = [Thread(target=_click, args=(watch, person)), Thread(target=_glance, args=(watch,))]
    process = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), *arguments], stdout=subprocess.DEVNULL)
    for thread in threads:
        thread.start()
    try:
        process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()
    finally:
        watch.done.set()
        for thread in threads:
            thread.join()
    if process.returncode not in (0, 3, -SIGTERM):  # 3: rows were set aside; or it was watched for long enough
        watch.errors.append(f"{arguments[0]} ended with {process.returncode}")
    return watch


def _glance(watch: Watch) -> None:
    try:
        with connection.cursor() as cursor:
            while not watch.done.is_set():
                if watch.pid is not None:
                    cursor.execute(WAITING, {"pid": watch.pid})
                    for waited, kind, query in cursor.fetchall():
                        if float(waited) > watch.longest:
                            watch.longest, watch.behind = float(waited), f"({kind}, behind: {query})"
                time.sleep(GLANCE_SECONDS)
    finally:
        connections.close_all()


def _click(watch: Watch, person: User) -> None:
    """One door after the other, over and over, on leads that the others work on too."""
    from leads.records.models import Lead

    try:
        with connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '50ms'; SET log_lock_waits = on; SELECT pg_backend_pid()")
            [watch.pid] = cursor.fetchone() or (None,)
        standing = Lead.objects.filter(merged_into=None, erased_at=None, offered_team=None)
        leads = list(standing.order_by("pk")[:CLICKED])
        while not watch.done.is_set():
            _one(leads[watch.clicks % len(leads)], watch.clicks, person)
            watch.clicks += 1
    except Exception as error:  # told by who started us
        watch.errors.append(repr(error))
    finally:
        connections.close_all()


def _one(lead: object, number: int, person: User) -> None:
    from alignment.clock import now
    from leads.activities.log import log_activities
    from leads.activities.rows import ActivityRow
    from leads.lifecycle.changes import move_stage
    from leads.records.edits import edit_lead
    from leads.records.models import Lead

    if not isinstance(lead, Lead):
        raise TypeError("a lead is clicked")
    lead.refresh_from_db()
    if number % 3 == 0:
        move_stage(lead, ("mql", "inquiry")[number // 3 % 2], actor=person, now=now())
    elif number % 3 == 1:
        log_activities([ActivityRow(kind="call", at=now(), lead_id=lead.pk)], now=now(), actor_id=person.pk)
    else:
        edit_lead(lead, {"title": f"Buyer {number}"}, actor=person, now=now())

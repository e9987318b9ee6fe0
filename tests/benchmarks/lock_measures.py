"""Locks: what a click waits for beside recomputing, importing and routing

Somebody clicks without a pause, through the product's own doors: moves a lead, logs a call, edits a title, takes an offer. Beside it
another process recomputes ten thousand touched leads, recomputes everything (twice at once: the second leaves the work to the first),
imports new leads, the same leads with other titles, their stages, what happened with them, judges leads, hands over whom a new rule
takes, or lets offers run out. Half of the rows are about the very leads that are clicked. How long a click waited for a lock is what the
database says (`pg_locks.waitstart`, looked at every few milliseconds), not how long it took: the processors are shared.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from signal import SIGTERM
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import connection, connections, transaction

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
PROFILE = {"system": "clicked", "timezone": "UTC", "dates": "iso", "encoding": "utf-8", "delimiter": ","}

WAITING = """
SELECT l.waitstart, 1000 * extract(epoch FROM clock_timestamp() - l.waitstart), l.locktype, b.query
FROM pg_locks l LEFT JOIN pg_stat_activity b ON b.pid = ANY(pg_blocking_pids(l.pid))
WHERE NOT l.granted AND l.pid = %(pid)s AND l.waitstart IS NOT NULL LIMIT 1
"""
TOUCH = "INSERT INTO leads_touched (lead_id) SELECT id FROM leads_lead ORDER BY hashint8(id) LIMIT %(count)s"
OVERDUE = """
WITH waits AS (SELECT id, schedule FROM leads_handoff WHERE state = 'offered' ORDER BY id LIMIT %(count)s),
earlier AS (
    SELECT w.id, e.n, e.value, (e.value ->> 'at')::timestamptz - interval '1 year' AS at
    FROM waits w CROSS JOIN LATERAL jsonb_array_elements(w.schedule) WITH ORDINALITY AS e(value, n)
)
UPDATE leads_handoff h SET next_at = e.first, schedule = e.entries
FROM (SELECT id, min(at) AS first, jsonb_agg(value || jsonb_build_object('at', at) ORDER BY n) AS entries FROM earlier GROUP BY id) e
WHERE h.id = e.id
"""
"""As if they had been offered a year ago."""

TO_JUDGE = "INSERT INTO leads_toqualify (lead_id) SELECT id FROM leads_lead ORDER BY id LIMIT %(count)s"


@dataclass
class Watch:
    """How long one session waited each time, and what held it up the longest."""

    waits: list[float] = field(default_factory=list)
    behind: str = ""
    seconds: float = 0.0
    clicks: int = 0
    errors: list[str] = field(default_factory=list)
    done: Event = field(default_factory=Event)
    pid: int | None = None

    @property
    def longest(self) -> float:
        return max(self.waits, default=0.0)


def measure(bench: Bench) -> Iterator[Figure]:
    """The longest wait beside each of them, and of a hundred clicks that waited the ninety-ninth."""
    place, person = bench.place, bench.person("sales-lead")
    place.mkdir(parents=True, exist_ok=True)
    _run([["recompute"]])  # what the days since the base was made have brought
    bench.said("Everything is up to date")
    works: tuple[tuple[str, str, Callable[[], list[list[str]]]], ...] = (
        ("touched", f"recomputing {TOUCHED:,} touched leads", lambda: [_touched()]),
        ("new", f"an import of {ROWS:,} new leads", lambda: [_file(place, "leads", _new())]),
        ("again", f"an import of {ROWS // 2:,} leads that are known", lambda: [_file(place, "leads", _known())]),
        ("stages", f"an import of {ROWS // 2:,} stage changes", lambda: [_file(place, "stages", _stages(bench))]),
        ("activities", f"an import of {ROWS:,} activities", lambda: [_file(place, "activities", _activities(bench))]),
        ("route", "handing over whom a new rule takes", lambda: [_ruled(bench)]),
        ("judge", f"judging {TOUCHED:,} leads", lambda: [_to_judge()]),
        ("sweep", f"letting up to {ROWS // 2:,} offers run out", lambda: [_overdue()]),
        ("full", "recomputing everything", lambda: [["recompute", "--full"]]),
    )
    for key, title, arguments in works:
        watch = _beside(person, arguments())
        waits = sorted(watch.waits) or [0.0]
        p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
        bench.said(
            f"{title}: {watch.clicks:,} clicks in {watch.seconds:.1f} s, {len(watch.waits):,} waited, p99 of those {p99:.0f} ms, "
            f"longest {watch.longest:.0f} ms {watch.behind}"
        )
        if watch.errors:
            raise SystemExit(f"A click failed: {watch.errors[0]}")
        size = f"{watch.clicks:,} clicks, {len(watch.waits):,} of which waited"
        yield Figure(
            f"wait_{key}", f"Longest wait for a lock beside {title}", watch.longest, "ms", target=LIMIT_MS, size=size
        )
    yield from _twice(bench)


def _twice(bench: Bench) -> Iterator[Figure]:
    """Two that recompute the same queue at once, against one alone, by CPU."""
    alone = bench.timed(lambda: _run([_touched()]))
    both = bench.timed(lambda: _run([_touched(), ["recompute"]]))
    title = "CPU of two recomputes at once, against one alone"
    yield Figure("twice", title, both.cpu, "s", peer=alone.cpu, target=1.5, cpu=both.cpu)


def _run(commands: list[list[str]]) -> None:
    started = [_start(arguments) for arguments in commands]
    if any(process.wait() for process in started):
        raise SystemExit("A recompute failed.")


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(ROOT / "manage.py"), *arguments], stdout=subprocess.DEVNULL)


def _touched() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, {"count": TOUCHED})
    return ["recompute"]


def _to_judge() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TO_JUDGE, {"count": TOUCHED})
    return ["recompute"]


def _overdue() -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(OVERDUE, {"count": ROWS // 2})
    return ["shell", "-c", "from leads.handoffs.tasks import sweep; sweep()"]


Rows = tuple[dict[str, str], list[tuple[object, ...]]]
"""Fields of the profile by column, and rows."""


def _file(place: Path, kind: str, what: Rows) -> list[str]:
    fields, rows = what
    path, profile = place / f"clicked-{kind}.csv", place / f"clicked-{kind}.json"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields.values())
        writer.writerows(rows)
    by_email = {"identity": "email"} if kind == "leads" else {}
    profile.write_text(json.dumps({**PROFILE, **by_email, "kind": kind, "fields": fields}))
    return ["import", kind, str(path), "--profile", str(profile), "--format", "json"]


def _emails() -> list[str]:
    """Of leads that are known, those first that are clicked."""
    from leads.records.models import Lead

    known = Lead.objects.exclude(email=None).filter(merged_into=None, erased_at=None).order_by("pk")
    return [email for email in known.values_list("email", flat=True)[: ROWS // 2] if email]


def _new() -> Rows:
    said = time.time_ns()
    rows: list[tuple[object, ...]] = [(f"n{said}-{n}", f"n{said}-{n}@clicked.example", "Buyer") for n in range(ROWS)]
    return {"external_id": "id", "email": "email", "title": "title"}, rows


def _known() -> Rows:
    """With other names: those that are clicked are known by them from then on."""
    return {"external_id": "id", "email": "email", "title": "title"}, [
        (f"known-{n}", email, f"Buyer {time.time_ns()}") for n, email in enumerate(_emails())
    ]


def _stages(bench: Bench) -> Rows:
    fields = {"lead_external_id": "id", "stage": "stage", "at": "at"}
    return fields, [(f"known-{n}", "mql", (bench.now - timedelta(minutes=n)).isoformat()) for n in range(ROWS // 2)]


def _activities(bench: Bench) -> Rows:
    emails = _emails()
    fields = {"email": "email", "kind": "kind", "at": "at"}
    return fields, [
        (emails[n % len(emails)], "page_view", (bench.now - timedelta(seconds=n)).isoformat()) for n in range(ROWS)
    ]


def _ruled(bench: Bench) -> list[str]:
    """Whom a rule takes that nobody took before waits to be handed over."""
    from leads.handoffs.models import Receiver
    from leads.handoffs.routing import waiting

    Receiver.objects.update(capacity=20_000)
    for stage in ("mql", "inquiry"):
        waiting.mark_stage(stage)
    return ["recompute"]


def _beside(person: User, commands: list[list[str]]) -> Watch:
    """Clicks as long as the commands run."""
    watch, began = Watch(), time.perf_counter()
    threads = [Thread(target=_click, args=(watch, person)), Thread(target=_glance, args=(watch,))]
    processes = [_start(arguments) for arguments in commands]
    for thread in threads:
        thread.start()
    try:
        for process in processes:
            process.wait(max(1.0, MOST_SECONDS - (time.perf_counter() - began)))
    except subprocess.TimeoutExpired:
        for process in processes:
            process.terminate()
            process.wait()
    finally:
        watch.done.set()
        for thread in threads:
            thread.join()
    watch.seconds = time.perf_counter() - began
    for process, arguments in zip(processes, commands, strict=True):
        if process.returncode not in (0, 3, -SIGTERM):  # 3: rows were set aside; or it was watched for long enough
            watch.errors.append(f"{arguments[0]} ended with {process.returncode}")
    return watch


def _glance(watch: Watch) -> None:
    """A wait is as long as it was seen last; one that is over before it is looked at was shorter than a glance."""
    began = None
    try:
        with connection.cursor() as cursor:
            while not watch.done.is_set():
                if watch.pid is not None:
                    cursor.execute(WAITING, {"pid": watch.pid})
                    found = cursor.fetchone()
                    if found is not None:
                        since, waited, kind, query = found
                        if since != began:
                            began = since
                            watch.waits.append(0.0)
                        if float(waited) > watch.longest:
                            watch.behind = f"({kind}, behind: {' '.join((query or '').split())[:80]})"
                        watch.waits[-1] = float(waited)
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
    if number % 4 == 3:
        _take(number, person)
    elif number % 3 == 0:
        move_stage(lead, ("mql", "inquiry")[number // 3 % 2], actor=person, now=now())
    elif number % 3 == 1:
        log_activities([ActivityRow(kind="call", at=now(), lead_id=lead.pk)], now=now(), actor_id=person.pk)
    else:
        edit_lead(lead, {"title": f"Buyer {number}"}, actor=person, now=now())


def _take(number: int, person: User) -> None:
    """One of the oldest offers is taken, if there is one."""
    from alignment.clock import now
    from alignment.refusals import Refused
    from leads.handoffs.deciding import accept
    from leads.handoffs.models import Handoff

    offers = Handoff.objects.filter(state="offered").order_by("pk").values_list("pk", flat=True)
    for handoff_id in offers[number % 50 : number % 50 + 1]:
        try:
            accept(handoff_id, by=person, now=now())
        except Refused:  # somebody else decides on it, or it ran out just now
            return

"""What a lead costs, and how far a replica is behind

Log bytes (write-ahead log, what a replica receives and a backup of it keeps) and CPU of one arrival, one move, one activity, each by its
usual door in a transaction of its own, and of bringing figures up to date after them; bytes on disk. From these docs/scaling.md reckons
which part gives out first. The lag is that of a real streaming replica on the same machine, laid down for it, while four clients commit
rows as fast as the primary takes them: the time until the replica has what was committed when it was asked for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg2
from django.db import connection

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

WRITES = True
TIMES = 300
WRITERS, LOAD_SECONDS = 4, 5.0
POSITION = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"
SOME = "SELECT id FROM leads_lead WHERE stage = 'inquiry' AND merged_into_id IS NULL AND NOT is_test ORDER BY md5(id::text) LIMIT %s"
WRITTEN = "SELECT {}::bigint FROM pg_stat_get_backend_wal(pg_backend_pid())"
SIZE = "SELECT pg_database_size(current_database())"


def measure(bench: Bench) -> Iterator[Figure]:
    """Costs of single events, then of the figures after them, then the lag."""
    from kpis.recompute import recompute_touched
    from leads.activities.log import log_activities
    from leads.activities.rows import ActivityRow
    from leads.lifecycle.changes import NewChange, record_changes
    from leads.records.rows import LeadRow
    from leads.records.upsert import upsert_leads

    now, began = bench.now, time.time_ns()
    yield Figure(
        "bytes_per_lead",
        "Bytes on disk a lead, with all that happened to it",
        _one(SIZE) / bench.size,
        "B",
        size=bench.size,
    )
    recompute_touched(now=now)
    leads = _ids(TIMES)

    def arrive(number: int) -> None:
        row = LeadRow(
            system="scaling",
            external_id=f"{began}-{number}",
            email=f"s{began}-{number}@scaling-{number % 50}.example",
            created_at=now,
        )
        upsert_leads([row], now=now, actor_id=None)

    def move(number: int) -> None:
        record_changes([NewChange(leads[number], "mql", now, "manual")], recorded_at=now)

    def act(number: int) -> None:
        row = ActivityRow(lead_id=leads[number], kind="call", at=now - timedelta(seconds=number))
        log_activities([row], now=now, actor_id=None)

    for key, title, event in (
        ("arrival", "One lead arrives", arrive),
        ("move", "One lead moves on", move),
        ("activity", "One activity", act),
    ):
        yield from _cost(bench, key, title, lambda event=event: [event(number) for number in range(TIMES)], TIMES)  # type: ignore[misc]
    yield from _cost(bench, "touched", "Figures after them, a lead", lambda: recompute_touched(now=now), 2 * TIMES)
    bench.said("a replica under load")
    worst, rate = lag(bench.place)
    yield Figure(
        "replica_lag", f"Replica behind, at worst, at {rate:,.0f} commits/s", worst * 1000, "ms", size=bench.size
    )


def _cost(bench: Bench, key: str, title: str, action: Callable[[], object], times: int) -> Iterator[Figure]:
    """Of this process and its connection alone: others may be at work on the same server."""
    log, pages, cpu = _written("wal_bytes"), _written("wal_fpi"), _spent()
    action()
    log, pages, cpu = _written("wal_bytes") - log, _written("wal_fpi") - pages, _spent() - cpu
    yield Figure(f"{key}_log", f"{title}: log", log / times, "B", size=bench.size)
    yield Figure(f"{key}_pages", f"{title}: whole pages in that log", pages / times, "", size=bench.size)
    yield Figure(f"{key}_cpu", f"{title}: CPU", cpu * 1000 / times, "ms", size=bench.size)


def _written(what: str) -> int:
    """What this connection has written to the log so far: bytes, or pages that are in it as a whole, once after each checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    return _one(WRITTEN.format(what))


def _spent() -> float:
    """CPU seconds of this process and of the server's process that serves it."""
    served_by = Path(f"/proc/{_one('SELECT pg_backend_pid()')}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + sum(map(int, served_by[11:13])) / os.sysconf("SC_CLK_TCK")


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchall()[0][0])


def _ids(many: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(SOME, [many])
        return [row[0] for row in cursor.fetchall()]


def lag(place: Path) -> tuple[float, float]:
    """The longest that a replica took to have what was committed, in seconds; and how much was committed a second."""
    from alignment.embedded.home import Home
    from alignment.embedded.locks import take_alive_lock
    from alignment.embedded.postgres import Postgres
    from alignment.embedded.processes import Family
    from alignment.embedded.programs import find_programs
    from alignment.embedded.standby import Standby

    with ExitStack() as ending:
        folder = Path(ending.enter_context(TemporaryDirectory(dir=place)))
        first, second = Home(folder / "first"), Home(folder / "second")
        programs = find_programs(first, None).postgres
        for home in (first, second):
            home.prepare()
            home.hand_over(home.sockets)
            ending.callback(rmtree, home.sockets, ignore_errors=True)
        family = Family(ending.enter_context(take_alive_lock(first)).fileno())
        ending.callback(family.stop)
        Postgres(first, programs).start(family)
        standby = Standby(first, second, programs)
        standby.copy()
        standby.start(family)
        primary_url = f"postgres://alignment@/alignment?host={first.sockets}"
        primary, replica = (ending.enter_context(closing(psycopg2.connect(url))) for url in (primary_url, standby.url))
        primary.autocommit = replica.autocommit = True
        asking, answering = ending.enter_context(primary.cursor()), ending.enter_context(replica.cursor())
        asking.execute("CREATE TABLE load (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        until, waits = time.monotonic() + LOAD_SECONDS, []
        with ThreadPoolExecutor(WRITERS) as pool:
            written = [pool.submit(_write, primary_url, until) for _ in range(WRITERS)]
            while time.monotonic() < until:
                asking.execute(POSITION)
                [[position]] = asking.fetchall()
                asked = time.monotonic()
                answering.execute(REPLAYED)
                while answering.fetchall()[0][0] < position:
                    answering.execute(REPLAYED)
                waits.append(time.monotonic() - asked)
            commits = sum(one.result() for one in written)
        return max(waits), commits / LOAD_SECONDS


def _write(url: str, until: float) -> int:
    done = 0
    with closing(psycopg2.connect(url)) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            while time.monotonic() < until:
                cursor.execute("INSERT INTO load (text) SELECT repeat('x', 400)")
                done += 1
    return done

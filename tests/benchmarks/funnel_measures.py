"""The funnel, its cells, and what 1,000 moved leads cost

The peer computes the funnel by month and source straight from the events, with `reached`, `entered` and the window, with two threads: for
counts without percentiles, for times with them. Full rebuild: every lead's log is read anew and held against what is kept, what differs
is written, then every lead is placed and counted anew, by two connections; and the same once more where nothing is kept, which is mostly
writing rows with their indexes, in batches so short that nobody who moves a lead waits for long. Counts are read from cells, which change
by difference; percentiles from one row a lead. Moving: progress alone is the statement that keeps stays and progress; up to date means
places and cells (done and undone three times; the shortest is told, as of the peer), and beside it everything that recomputing 1,000
leads does, leaks and marks for metrics included. Waiting: the longest time that the database had somebody who moves leads one by one wait
for a lock, while 10,000 leads are recomputed and while everything is read anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

WRITES = True
MINUTES = 25
SIZES = (100_000, 300_000, 1_000_000)
WHY = {
    "funnel_times": (
        "sorting every time of every stage exactly is most of it, and DuckDB does that by columns; what it reads is one row a lead "
        "already."
    ),
    "funnel_cut": (
        "of a year by owner there are more cells at a million leads than at a hundred thousand: more of the days, owners and depths "
        "occur at all."
    ),
    "cells_1000": (
        "a thousand random leads touch thousands of cells in eight cuts, each a row to be found by its key and written; what is left "
        "is mostly that."
    ),
    "recomputed_1000": "a cell of a larger company is found in a larger index, and fewer of its pages are in memory.",
    "rebuild": (
        "PostgreSQL's own funnel from the events takes the times that its line says, and keeps nothing; this also holds three rows a "
        "lead of stays, places and progress against what is kept."
    ),
    "rebuild_nothing": (
        "writing the rows with their keys alone, in one go, takes the times that its line says; here they go in by batches that let "
        "people at work through."
    ),
}
SPAN = {"start": ["2020-01-01"], "end": ["2027-01-01"], "by": ["month", "source"]}
POSITIONS = {"inquiry": 1, "mql": 2, "sal": 3, "sql": 4, "opportunity": 5, "won": 6, "loyal": 7}

PEER = """
WITH placed AS (
    SELECT c.lead_id, c.at AS moment, p.position
    FROM leads_stagechange c JOIN (VALUES {positions}) AS p(stage, position) ON p.stage = c."to"
),
reached AS (SELECT lead_id, {reached} FROM placed GROUP BY lead_id)
SELECT strftime(r1, '%Y-%m') AS month, l.source, count(*), {figures}
FROM reached JOIN leads_lead l ON l.id = reached.lead_id
WHERE NOT l.is_test AND l.merged_into_id IS NULL AND r1 IS NOT NULL
GROUP BY ALL
"""
COUNTS = """
count(r{n}), count(*) FILTER (WHERE r{n} - r1 <= INTERVAL 90 DAY),
count(*) FILTER (WHERE r{n} - r1 <= INTERVAL 90 DAY AND r1 <= TIMESTAMP '{matured}')
"""
TIMES = """
quantile_cont(epoch_us(r{n}) - epoch_us(r1), [0.5, 0.75, 0.9]),
quantile_cont(epoch_us(e{n}) - epoch_us(e{before}), [0.5, 0.75, 0.9]) FILTER (WHERE e{n} >= e{before})
"""
REBUILT = ("leads_stay", "leads_progress", "kpis_cohortplace")
WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = %s"


def peer_statement(*, times: bool, matured: str) -> str:
    """The funnel by month and source from the log of stages, for DuckDB."""
    numbers = sorted(POSITIONS.values())
    figures = [COUNTS.format(n=n, matured=matured) for n in numbers]
    if times:
        figures += [TIMES.format(n=n, before=n - 1) for n in numbers[1:]]
    return PEER.format(
        positions=", ".join(f"('{stage}', {position})" for stage, position in POSITIONS.items()),
        reached=", ".join(
            f"min(moment) FILTER (WHERE position >= {n}) AS r{n}, min(moment) FILTER (WHERE position = {n}) AS e{n}"
            for n in numbers
        ),
        figures=", ".join(figures),
    )


def measure(bench: Bench) -> Iterator[Figure]:
    """Reading first, then what is moved, then what is rebuilt."""
    from kpis.recompute import recompute_touched

    matured = (bench.now - timedelta(days=90)).strftime("%Y-%m-%d %H:%M:%S")
    counting = bench.peer_best(peer_statement(times=False, matured=matured))
    timing = bench.peer_best(peer_statement(times=True, matured=matured))
    bench.said(f"DuckDB: {counting:.3f} s, with percentiles {timing:.3f} s")
    recompute_touched(now=bench.now, wait=True)
    yield from _reading(bench, counting, timing)
    yield from _moving(bench, counting)
    yield from _at_once(bench)
    yield from _waiting(bench)
    yield from _floors(bench, counting, peer_statement(times=False, matured=matured))
    yield from _rebuilding(bench, counting)


def _reading(bench: Bench, counting: float, timing: float) -> Iterator[Figure]:
    from kpis.reports.counted import counted_funnel
    from kpis.reports.funnel import funnel
    from kpis.reports.params import read_params

    params = read_params(SPAN, now=bench.now)
    year = read_params({"start": ["2025-11-20"], "end": ["2026-11-20"], "by": ["owner"]}, now=bench.now)
    counts = bench.best(lambda: counted_funnel(params, None))
    assert counts.found
    yield Figure(
        "funnel_counts", "Funnel by month and source, counts and rates", counts.seconds, "s", peer=counting, target=0.25,
        cpu=counts.cpu,
    )  # fmt: skip
    times = bench.best(lambda: funnel(params, None))
    yield Figure(
        "funnel_times", "Funnel by month and source, with percentiles", times.seconds, "s", peer=timing, target=1.5, cpu=times.cpu
    )  # fmt: skip
    yield Figure(
        "funnel_cut", "A year's counts by owner, 95th percentile", bench.p95(lambda: counted_funnel(year, None)), "ms", target=150,
        growth=2.0,
    )  # fmt: skip


def _moving(bench: Bench, counting: float) -> Iterator[Figure]:
    from kpis import cells
    from kpis.recompute import recompute_touched
    from leads.funnel.stage_sets import stage_set
    from leads.lifecycle.changes import NewChange, record_changes
    from leads.lifecycle.queries.keep import keep

    some = some_leads(11_000)
    for number, few in ((100, some[:100]), (1_000, some[100:1_100]), (10_000, some[1_000:])):
        with transaction.atomic():
            kept = bench.best(partial(keep, few, stage_set()))
        yield Figure(
            f"progress_{number}", f"Progress of {number:,} leads, a lead", 1000 * kept.seconds / number, "ms", target=0.1
        )  # fmt: skip
    moved = some[:1_000]
    run = bench.timed(
        lambda: record_changes([NewChange(pk, "sql", bench.now, "manual") for pk in moved], recorded_at=bench.now)
    )
    yield Figure("moved_1000", "Moving 1,000 leads through the door, log and progress", run.seconds, "s", cpu=run.cpu)
    counted = bench.best(lambda: _undone(lambda: cells.refresh(moved)))
    yield Figure(
        "cells_1000", "Every count and rate of the funnel after 1,000 moves", counted.seconds, "s", peer=counting, target=0.3, growth=1.3,
        growth_from=100_000, cpu=counted.cpu,
    )  # fmt: skip
    whole = bench.timed(lambda: recompute_touched(now=bench.now, wait=True))
    yield Figure(
        "recomputed_1000", "Leaks, places, cells, marks and metrics after 1,000 moves", whole.seconds, "s", peer=counting, growth=1.3,
        growth_from=100_000, cpu=whole.cpu,
    )  # fmt: skip


def _undone(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def _at_once(bench: Bench) -> Iterator[Figure]:
    from kpis.recompute import recompute_touched
    from leads.lifecycle.changes import touch

    touch(some_leads(2_000))

    def run(_number: int) -> int:
        try:
            return recompute_touched(now=bench.now, batch=500).leads
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, range(2)))
    yield Figure(
        "at_once", "Leads recomputed by two at once, of 2,000 that waited", float(sum(done)), "leads", target=2_000
    )


def _waiting(bench: Bench) -> Iterator[Figure]:
    from kpis.recompute import recompute_touched
    from leads.lifecycle.changes import rebuild_all, touch

    touch(some_leads(10_000))
    worst = _worst_wait(bench, lambda: recompute_touched(now=bench.now, wait=True))
    yield Figure(
        "wait_touched", "Longest wait for a lock of who moves leads, beside 10,000 recomputed", worst, "ms", target=50
    )
    worst = _worst_wait(bench, rebuild_all)
    yield Figure("wait_rebuilt", "The same beside every log read anew", worst, "ms", target=50)


def _worst_wait(bench: Bench, work: Callable[[], object]) -> float:
    """Milliseconds; looked at every few of them."""
    over, pids = Event(), list[int]()
    clicking = Thread(target=_click, args=(bench, over, pids))
    clicking.start()
    while not pids:
        time.sleep(0.01)
    looking = Thread(target=_work, args=(work, over))
    looking.start()
    longest = 0.0
    began: float | None = None
    with connection.cursor() as cursor:
        while not over.is_set():
            cursor.execute(WAITS, pids)
            waits, moment = cursor.fetchone() is not None, time.perf_counter()
            began = (began or moment) if waits else None
            longest = max(longest, moment - began if began else 0.0)
            time.sleep(0.002)
    looking.join()
    clicking.join()
    return 1000 * longest


def _work(work: Callable[[], object], over: Event) -> None:
    try:
        work()
    finally:
        over.set()
        connection.close()


def _click(bench: Bench, over: Event, pids: list[int]) -> None:
    from leads.lifecycle.changes import move_stage
    from leads.models import Lead

    random, actor = Random(5), bench.person("sales-lead")
    leads = some_leads(500)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pids.append(cursor.fetchone()[0])
    while not over.is_set():
        move_stage(
            Lead.objects.get(pk=random.choice(leads)), random.choice(("mql", "sal", "sql")), actor=actor, now=bench.now
        )
    connection.close()


def _floors(bench: Bench, counting: float, statement: str) -> Iterator[Figure]:
    """What no rebuild can be without: PostgreSQL reading every log, and the rows written with their keys."""

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute(of_postgres(statement))

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for number, table in enumerate(REBUILT):
                cursor.execute(f"CREATE TABLE anew_{number} (LIKE {table} INCLUDING ALL)")
                cursor.execute(f"INSERT INTO anew_{number} SELECT * FROM {table}")
            transaction.set_rollback(True)

    reading = bench.best(read)
    yield Figure(
        "rebuild_reading", "PostgreSQL's own funnel from the events, in one statement", reading.seconds, "s", peer=counting,
        cpu=reading.cpu,
    )  # fmt: skip
    writing = bench.timed(write)
    yield Figure(
        "rebuild_writing", "The rows of stays, progress and places alone, into tables with the same keys", writing.seconds, "s",
        peer=counting, cpu=writing.cpu,
    )  # fmt: skip


def of_postgres(statement: str) -> str:
    """The peer's statement in PostgreSQL's words."""
    words = {
        "strftime(r1, '%Y-%m')": "to_char(r1, 'YYYY-MM')",
        "INTERVAL 90 DAY": "interval '90 days'",
        "TIMESTAMP ": "timestamptz ",
        "GROUP BY ALL": "GROUP BY 1, 2",
    }
    for one, other in words.items():
        statement = statement.replace(one, other)
    return statement


def _rebuilding(bench: Bench, counting: float) -> Iterator[Figure]:
    from kpis import cells
    from leads.lifecycle.changes import rebuild_all

    def rebuild() -> None:
        rebuild_all()
        cells.rebuild(now=bench.now)

    run = bench.timed(rebuild)
    yield Figure(
        "rebuild", "Full rebuild of progress and cells, held against what is kept", run.seconds, "s", peer=counting, target=15, aim=8,
        cpu=run.cpu,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE leads_stay, leads_progress, kpis_cohortplace, kpis_funnelcell")
    run = bench.timed(rebuild)
    yield Figure(
        "rebuild_nothing",
        "The same where nothing is kept",
        run.seconds,
        "s",
        peer=counting,
        target=15,
        aim=8,
        cpu=run.cpu,
    )


def some_leads(number: int) -> list[int]:
    """Some of the base's leads, always the same, all over it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM leads_lead WHERE merged_into_id IS NULL AND erased_at IS NULL AND NOT is_test"
            " ORDER BY hashint8(id) LIMIT %s",
            [number],
        )
        return sorted(row[0] for row in cursor.fetchall())

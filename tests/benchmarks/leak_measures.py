"""Leakage: conditions over all leads, flags, a minute that passes

Leaks are kept as intervals with the instant at which each will open, so that asking which conditions hold over all leads is reading what
is kept: by kind and side from counts by day, and a day of leaks by index. The peer's leakage looks at three conditions only (stalled,
forgotten, dropped customer), straight from stages and activities. Computing every interval that ever was of all ten kinds from the logs,
agreements and calendars is another thing, and is timed beside it; writing is timed apart: once what differs is nothing, and once it is
everything. After 1,000 changes: their intervals computed and written, then what is open a minute later; done and undone twice, then done,
and the shortest is told, as of the funnel. As it was known at an instant, the report computes all intervals from the logs of then: there
is nothing kept to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection, transaction
from psycopg2 import sql

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

WRITES = True
SIZES = (100_000, 300_000, 1_000_000)
WHY = {
    "leaks_1000": (
        "ten kinds are computed from the logs of the thousand leads, with deadlines and working time, and then held against what is "
        "kept; each kind is one statement."
    ),
}
MINUTE = timedelta(minutes=1)
SOME, UNDONE = 1_000, 2

PEER = """
WITH ordered AS (
    SELECT lead_id, "to" AS stage, "at" AS moment, lead("at") OVER (PARTITION BY lead_id ORDER BY "at", id) AS until
    FROM leads_stagechange
),
present AS (SELECT * FROM ordered WHERE until IS NULL),
touches AS (
    SELECT lead_id, max("at") FILTER (WHERE side = 'marketing') AS marketing,
           max("at") FILTER (WHERE side = 'sales' AND NOT automated) AS sales
    FROM leads_activity WHERE direction = 'outbound' GROUP BY lead_id
)
SELECT count(*) FILTER (WHERE stage IN ('inquiry', 'mql', 'sal', 'sql', 'opportunity') AND greatest(
           moment + INTERVAL 30 DAY,
           coalesce(CASE WHEN stage IN ('inquiry', 'mql') THEN marketing ELSE sales END, moment) + INTERVAL 14 DAY
       ) <= TIMESTAMP '{now}') AS stalled,
       count(*) FILTER (WHERE stage = 'recycled'
           AND greatest(moment, coalesce(marketing, moment)) + INTERVAL 30 DAY <= TIMESTAMP '{now}') AS forgotten,
       count(*) FILTER (WHERE stage = 'won'
           AND greatest(moment, coalesce(marketing, moment)) + INTERVAL 60 DAY <= TIMESTAMP '{now}') AS dropped
FROM present LEFT JOIN touches USING (lead_id)
"""


def measure(bench: Bench) -> Iterator[Figure]:
    """What is open, what a thousand changes and a minute cost, and everything anew."""
    from kpis.leaks.counts import open_at_once
    from kpis.recompute import recompute_touched

    peer = bench.peer_best(PEER.format(now=bench.now.strftime("%Y-%m-%d %H:%M:%S")))
    recompute_touched(now=bench.now, wait=True)
    found = bench.best(lambda: open_at_once([bench.now]))
    assert found.found[0]
    yield Figure(
        "leaks_open", "Conditions of ten kinds over all leads, by kind and side", found.seconds, "s", peer=peer, target=0.5,
        cpu=found.cpu,
    )  # fmt: skip
    looked_at = bench.best(_looked_at)
    yield Figure(
        "leaks_open_each", "The same, every leak looked at", looked_at.seconds, "s", peer=peer, cpu=looked_at.cpu
    )
    yield from _after_changes(bench)
    yield from _everything(bench, peer)


def _looked_at() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, side, count(*) FROM kpis_leak WHERE since <= now() AND (until IS NULL OR until > now()) GROUP BY kind, side"
        )
        return len(cursor.fetchall())


def _after_changes(bench: Bench) -> Iterator[Figure]:
    from kpis.leaks.counts import open_at_once
    from leads.lifecycle.changes import NewChange, record_changes
    from tests.benchmarks.funnel_measures import some_leads

    some = some_leads(SOME)
    record_changes([NewChange(pk, "sql", bench.now, "manual") for pk in some], recorded_at=bench.now)
    moment = bench.now + MINUTE
    times = [bench.timed(partial(_leaks_and_a_minute, some, moment, undone=nth < UNDONE)) for nth in range(UNDONE + 1)]
    run = min(times, key=lambda one: one.seconds)
    yield Figure(
        "leaks_1000", "After 1,000 changes and a minute: their leaks, and what is open then", run.seconds, "s", target=0.2, growth=1.3,
        growth_from=100_000, cpu=run.cpu,
    )  # fmt: skip
    minute = bench.best(lambda: open_at_once([bench.now + 2 * MINUTE]))
    yield Figure("leaks_minute", "A minute that passes alone", 1000 * minute.seconds, "ms", target=20)


def _leaks_and_a_minute(some: list[int], moment: datetime, *, undone: bool) -> object:
    from kpis.leaks.counts import open_at_once
    from kpis.leaks.queries import intervals

    with transaction.atomic():
        intervals.keep(some)
        found = open_at_once([moment])
        transaction.set_rollback(undone)
    return found


def _everything(bench: Bench, peer: float) -> Iterator[Figure]:
    from alignment.plans import hashed_joins
    from kpis.leaks.queries.intervals import Leaks
    from kpis.leaks.report import leakage
    from kpis.recompute import rebuild_leaks
    from kpis.reports.params import read_params, rfc3339
    from tests.benchmarks.funnel_measures import some_leads

    def computed() -> int:
        found = Leaks(leads=some_leads(10_000), known_at=None)
        with transaction.atomic(), hashed_joins(), connection.cursor() as cursor:
            cursor.execute(found.ctes + sql.SQL(" SELECT count(*) FROM leaks"), found.values)
            return int(cursor.fetchone()[0])

    few = bench.best(computed)
    yield Figure(
        "leaks_computed", "Every interval of 10,000 leads from the logs, a lead", 1000 * few.seconds / 10_000, "ms", cpu=few.cpu
    )  # fmt: skip
    run = bench.timed(rebuild_leaks)
    yield Figure("leaks_same", "All leaks anew, where nothing differs", run.seconds, "s", peer=peer, cpu=run.cpu)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE kpis_leak, kpis_leakcount")
    run = bench.timed(rebuild_leaks)
    yield Figure("leaks_written", "All leaks anew, every flag written", run.seconds, "s", peer=peer, cpu=run.cpu)
    if bench.size <= 100_000:
        asked = {"start": ["2025-11-20"], "end": ["2026-11-20"], "limit": ["500"], "known_at": [rfc3339(bench.now)]}
        known = bench.timed(lambda: leakage(read_params(asked, now=bench.now)))
        yield Figure(
            "leaks_known", "Leakage of a year as it was known at an instant", known.seconds, "s", cpu=known.cpu
        )

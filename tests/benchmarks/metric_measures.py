"""Kept metrics

Counts and sums of every period and cut, everything anew and where nothing changed; a thousand touched leads until they are right again; a
thousand that moved at this moment until every computed metric that it reaches is read anew, by all cuts (what changes by the clock
alone is read every 20 minutes, and not among these); the computed metrics of one period, of those that wait the first time; and what
a page reads of them. Memory is the most that this process or its database session held (PSS, with the
pages that the database shares).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
SOME = 1_000
MINUTES = 20
WHY = {
    "metrics_moved": (
        "percentiles and stocks of the present week, month, quarter and year are read from the stays of all leads, by every cut: some "
        "22 periods of two to three seconds, one after the other."
    ),
}
READ = ["leads_created", "touches", "spend", "cost_per_lead", "won_revenue", "win_rate", "acceptance_rate", "roi"]


def measure(bench: Bench) -> Iterator[Figure]:
    """What is kept is thrown away first."""
    from kpis import freshness
    from kpis.metrics.kept import computing, counting
    from kpis.metrics.kept.models import KeptDue, KeptFact, KeptMark, KeptMetric, KeptValue
    from kpis.metrics.kept.reading import read_many
    from kpis.recompute import recompute_touched
    from leads.lifecycle.changes import NewChange, record_changes, touch
    from leads.records.models import Lead

    for model in (KeptMark, KeptDue, KeptFact, KeptValue, KeptMetric):
        model.objects.all()._raw_delete(connection.alias)
    with Watched() as watched:
        whole = bench.timed(lambda: counting.rebuild(now=bench.now))
    size = f"{KeptFact.objects.count():,} facts, {KeptValue.objects.count():,} values"
    title = "All counts and sums, everything anew"
    yield Figure("metrics_whole", title, whole.seconds, "s", target=300, cpu=whole.cpu, memory=watched.most, size=size)
    again = bench.timed(lambda: counting.rebuild(now=bench.now))
    yield Figure("metrics_again", "The same where nothing changed (nightly)", again.seconds, "s", cpu=again.cpu)
    ids = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, bench.size // SOME)][:SOME])

    def touched() -> None:
        with transaction.atomic():
            touch(ids)
        recompute_touched(now=bench.now)

    best = bench.best(touched)
    title = "1,000 touched leads, until counts and sums are right"
    yield Figure("metrics_touched", title, best.seconds, "s", target=5, growth=1.3, cpu=best.cpu)
    freshness.note(computing.PRESENT, bench.now)
    backlog = list(KeptDue.objects.values_list("metric_id", "grain", "first_day", "cause"))
    KeptDue.objects.all()._raw_delete(connection.alias)
    stages = dict(Lead.objects.filter(pk__in=ids).values_list("pk", "stage"))
    moves = [NewChange(lead, "sal" if stages[lead] == "mql" else "mql", bench.now, "reopen") for lead in ids]

    def moved() -> int:
        record_changes(moves, recorded_at=bench.now)
        recompute_touched(now=bench.now)
        return computing.work_off(now=bench.now, seconds=None)

    fresh = bench.timed(moved)
    title = "1,000 leads moved, until computed metrics are right"
    yield Figure("metrics_moved", title, fresh.seconds, "s", target=60, cpu=fresh.cpu, size=f"{fresh.found} periods")
    KeptDue.objects.bulk_create(
        KeptDue(metric_id=metric, grain=grain, first_day=day, cause=cause) for metric, grain, day, cause in backlog
    )
    periods = KeptDue.objects.values("grain", "first_day").distinct().count()
    done = bench.timed(lambda: computing.work_off(now=bench.now, seconds=120))
    each, waiting = done.seconds / max(1, done.found), f"{done.found} of {periods} periods that waited"
    yield Figure("metrics_computed", "All computed metrics of one period", each, "s", size=waiting)
    end = bench.now.date()
    read = bench.best(lambda: read_many(READ, "month", end.replace(year=end.year - 1), end))
    yield Figure("metrics_read", "96 kept values read", read.seconds * 1000, "ms", target=20, growth=1.5)


class Watched:
    """How much memory the largest process of this run held: this one and its session's (PSS), looked at twice a second."""

    def __init__(self) -> None:
        self.most, self._done = 0.0, Event()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._pids = [cursor.fetchone()[0], "self"]
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            for pid in self._pids:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                found = next(line for line in text.splitlines() if line.startswith("Pss:"))
                self.most = max(self.most, int(found.split()[1]) / 1024)

"""Attribution: credits of touches

All seven models over every won deal, everything anew and where nothing changed; a thousand deals of another amount credited anew; the
report from what is kept.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
WHY = {
    "attribution_rebuild": (
        "credits of every won deal are computed by seven models and held against what is kept by one process, lot after lot."
    ),
}
SOME = 1_000


def measure(bench: Bench) -> Iterator[Figure]:
    """What is kept is thrown away first."""
    from django.db import connection

    from kpis.attribution import keeping
    from kpis.attribution.models import Credit
    from kpis.reports.params import read_params
    from kpis.reports.registry import REPORTS
    from leads.models import Deal

    Credit.objects.all()._raw_delete(connection.alias)
    whole = bench.timed(lambda: keeping.rebuild(now=bench.now))
    size = f"{Deal.objects.filter(status='won').count():,} won deals, {Credit.objects.count():,} credits"
    yield Figure(
        "attribution_rebuild",
        "All seven models, everything anew",
        whole.seconds,
        "s",
        target=60,
        cpu=whole.cpu,
        size=size,
    )
    again = bench.timed(lambda: keeping.rebuild(now=bench.now))
    if again.found:
        raise SystemExit(f"{again.found:,} credits changed though nothing had.")
    yield Figure("attribution_nightly", "The same where nothing changed (nightly)", again.seconds, "s", cpu=again.cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("attribution_memory", "Most memory of the process that credits", peak, "MB", target=700)
    keeping.work_off(now=bench.now)
    won = list(Deal.objects.filter(status="won").order_by("pk").values_list("pk", flat=True)[: 3 * SOME])
    took = []
    for n in range(0, len(won), SOME):
        Deal.objects.filter(pk__in=won[n : n + SOME]).update(amount="77.77")
        took.append(bench.timed(lambda: keeping.work_off(now=bench.now)))
    best = min(took, key=lambda run: run.seconds)
    yield Figure(
        "attribution_touched",
        "1,000 deals changed, credited anew",
        best.seconds,
        "s",
        target=5,
        growth=1.3,
        cpu=best.cpu,
    )
    first = bench.now.replace(day=1)
    year = {"start": [f"{first.replace(year=first.year - 1):%Y-%m-%d}"], "end": [f"{first:%Y-%m-%d}"]}
    for by in ("channel", "month"):
        params = read_params({**year, "by": [by]}, now=bench.now)
        run = bench.best(lambda params=params: REPORTS["attribution"].run(params, None))  # type: ignore[misc]
        yield Figure(f"attribution_report_{by}", f"The report of a year by {by}", run.seconds, "s", cpu=run.cpu)

"""Metrics read live from the logs

What is shown before metrics are kept, or for a question that nothing kept answers: every family of metrics by month and source over a year,
every computed metric of the year, and every family of leads for a thousand of them by four cuts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from kpis.metrics.declaring import Family
    from kpis.reports.params import ReportParams
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)


def measure(bench: Bench) -> Iterator[Figure]:
    """Families by cut, families of some leads, computed ones."""
    from kpis.metrics.catalogue import catalogue, families
    from kpis.metrics.declaring import Asked, Computed, Subject
    from kpis.metrics.evaluating import evaluate
    from kpis.metrics.queries.adding_up import read_sums
    from kpis.reports.params import read_params
    from leads.records.models import Lead

    first = bench.now.replace(day=1)
    year = {
        "start": [f"{first.replace(year=first.year - 1):%Y-%m-%d}"],
        "end": [f"{first:%Y-%m-%d}"],
        "by": ["month", "source"],
    }
    params = read_params(year, now=bench.now)
    some = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, bench.size // 1_000)][:1_000])
    asked = Asked(replace(params, by=("source", "campaign", "owner", "team")), None, subjects=some)
    for key, family in families(params.stages).items():
        measures = _measures(family, params)
        run = bench.best(partial(evaluate, measures, params), of=2)
        yield Figure(f"live_{key}", f"Family {key} by month and source", run.seconds, "s", cpu=run.cpu)
        if family.subject is Subject.LEAD:
            few = bench.best(partial(read_sums, family, asked, measures), of=2)
            yield Figure(f"live_{key}_some", f"Family {key} of 1,000 leads by four cuts", 1000 * few.seconds, "ms")
    keys = [one.key for one in catalogue(params.stages).values() if isinstance(one, Computed)]
    run = bench.best(partial(evaluate, keys, replace(params, by=())), of=2)
    yield Figure("live_computed", f"{len(keys)} computed metrics of a year", run.seconds, "s", cpu=run.cpu)


def _measures(family: Family, params: ReportParams) -> list[str]:
    from kpis.metrics.catalogue import catalogue
    from kpis.metrics.declaring import Summed

    there = catalogue(params.stages).values()
    return [one.key for one in there if isinstance(one, Summed) and one.family == family]

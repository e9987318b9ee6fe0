"""The measurements of live metrics: a base in which leads are handed over, bought and counted outside, two years of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.db import connection

from kpis.metrics.catalogue import catalogue, families
from kpis.metrics.declaring import Asked, Computed, Family, Subject, Summed
from kpis.metrics.evaluating import evaluate
from kpis.metrics.queries.adding_up import read_sums
from kpis.reports.params import ReportParams, read_params
from leads.records.models import Lead
from tests.benchmarks.figures import Figure
from tests.benchmarks.leak_measures import base_with_handoffs
from tests.benchmarks.population import END

_figure = partial(Figure, part="metrics")
Said = Callable[[str], None]
YEAR = {"start": ["2025-11-01"], "end": ["2026-11-01"]}

DEALS = """
INSERT INTO leads_deal (scope, lead_id, company_id, amount, currency, status, kind, opened_at, closed_at, attributes, created_at, version)
SELECT 0, l.id, l.company_id, 1000 + l.id %% 997, 'EUR', CASE WHEN l.id %% 3 = 0 THEN 'lost' ELSE 'won' END, 'new',
       l.created_at, l.created_at + interval '1 day' * (l.id %% 90), '{}', l.created_at, 1
FROM leads_lead l WHERE l.id %% 10 = 0 AND NOT l.is_test AND l.created_at < %(end)s - interval '90 days'
"""

OUTSIDE = """
INSERT INTO programs_series (metric, date, value, source, created_at, version)
SELECT name, day::date, extract(day FROM day) * 100, source, now(), 1
FROM generate_series(%(end)s - interval '2 years', %(end)s, interval '1 day') day,
     unnest(ARRAY['page_views', 'clicks']) name, unnest(ARRAY['search', 'social', NULL]) source
"""


def measure(leads: int, said: Said) -> list[Figure]:
    """Every family by month and source, every computed metric, and every family of leads for a thousand of them."""
    base_with_handoffs(leads, said)
    with connection.cursor() as cursor:
        cursor.execute(DEALS, {"end": END})
        cursor.execute(OUTSIDE, {"end": END})
        cursor.execute("ANALYZE")
    size = f"{leads:,} leads, a year"
    params = read_params({**YEAR, "by": ["month", "source"]}, now=END)
    return [*_families(params, size, said), *_touched(params, size, said), *_computed(params, size, said)]


def _measures(family: Family, params: ReportParams) -> list[str]:
    there = catalogue(params.stages).values()
    return [one.key for one in there if isinstance(one, Summed) and one.family == family]


def _families(params: ReportParams, size: str, said: Said) -> list[Figure]:
    figures = []
    for key, family in families(params.stages).items():
        measures = _measures(family, params)
        took = _seconds(partial(evaluate, measures, params))
        said(f"{key}: {len(measures)} metrics by month and source in {took:.2f} s")
        figures.append(_figure(f"live_{key}", f"Family {key} by month and source", took, "s", size))
    return figures


def _touched(params: ReportParams, size: str, said: Said) -> list[Figure]:
    some = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[::97][:1000])
    asked = Asked(replace(params, by=("source", "campaign", "owner", "team")), None, subjects=some)
    figures = []
    for key, family in families(params.stages).items():
        if family.subject is Subject.LEAD:
            took = _seconds(partial(read_sums, family, asked, _measures(family, params)))
            said(f"{key} of {len(some)} leads in {took * 1000:.0f} ms")
            figures.append(_figure(f"live_{key}_some", f"Family {key} of 1,000 leads by four cuts", took, "s", size))
    return figures


def _computed(params: ReportParams, size: str, said: Said) -> list[Figure]:
    keys = [one.key for one in catalogue(params.stages).values() if isinstance(one, Computed)]
    took = _seconds(partial(evaluate, keys, replace(params, by=())))
    said(f"{len(keys)} computed metrics of the year in {took:.2f} s")
    return [_figure("live_computed", f"{len(keys)} computed metrics of a year", took, "s", size)]


def _seconds(work: Callable[[], object]) -> float:
    """The better of two."""
    found = []
    for _ in range(2):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)

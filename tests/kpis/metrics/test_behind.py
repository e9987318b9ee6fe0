"""Every additive value opens into lines that add up to it exactly, in every group, page by page; a ratio into both of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median

import pytest

from alignment.refusals import Refused
from kpis.metrics import own
from kpis.metrics.behind import MetricLine, lines_behind, openings
from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Asked, Computed, Ratio, Subject, Summed
from kpis.metrics.evaluating import evaluate
from kpis.metrics.queries.listed import read_lines
from kpis.reports.behind import After
from kpis.reports.params import ReportParams, read_params
from leads.funnel.stage_sets import stage_set
from leads.models import Lead
from tests.conftest import Lasting
from tests.kpis.leaking import NOW
from tests.kpis.metrics.worlds import draw_everything

pytestmark = pytest.mark.django_db

ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"by": ["channel"], "known_at": ["2024-06-01"], "timezone": ["America/New_York"]},
    {"by": ["month"], "start": ["2024-03-01"], "end": ["2024-05-01"], "as_of": ["2024-07-01"]},
)


@pytest.fixture(scope="module")
def told(lasting: Lasting) -> Iterator[None]:
    with lasting():
        draw_everything(5, leads=80)
        yield


def ask(**options: list[str]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)


def all_lines(key: str, params: ReportParams, part: str | None = None, limit: int = 10_000) -> list[MetricLine]:
    found: list[MetricLine] = []
    after: After | None = None
    while page := lines_behind(key, params, part=part, after=after, limit=limit):
        found += page
        after = page[-1].key
    return found


@pytest.mark.parametrize("options", ASKED, ids=str)
def test_the_lines_of_every_summed_metric_add_up_to_it_in_every_group(
    told: None, options: dict[str, list[str]]
) -> None:
    params = ask(**options)
    keys = [metric.key for metric in catalogue(params.stages).values() if isinstance(metric, Summed)]
    for group, values in evaluate(keys, params).items():
        narrowed = params.narrowed(*zip(params.by, group, strict=True))
        for key, value in values.items():
            if not value.n and params.by:
                continue
            lines = all_lines(key, narrowed)
            assert len(lines) == value.n, (key, group)
            known = [line.value for line in lines if line.value is not None]
            assert sum(known, Decimal(0)) == value.value or (value.value is None and len(known) < len(lines)), (
                key,
                group,
            )


def test_something_is_drawn_for_every_metric_of_leads(told: None) -> None:
    keys = [metric.key for metric in own.metrics(stage_set()) if isinstance(metric, Summed)]
    empty = {key for key, value in evaluate(keys, ask())[()].items() if not value.n}
    assert empty <= {"value_recovered"}, "which has an example of its own"


def test_a_ratio_opens_into_its_parts(told: None) -> None:
    params = ask()
    there = catalogue(params.stages)
    ratios = [metric for metric in there.values() if isinstance(metric, Ratio)]
    for metric in ratios:
        value = evaluate([metric.key], params)[()][metric.key]
        if value.value is None:
            continue
        sums = {
            one.part: sum((line.value or Decimal(0) for line in all_lines(metric.key, params, one.part)), Decimal(0))
            for one in openings(metric.key, there)
        }
        assert value.over == sums["over"] - sums.get("minus", Decimal(0)), metric.key
        assert value.under == sums["under"], metric.key


def test_a_computed_metric_opens_into_what_it_was_computed_from(told: None) -> None:
    params = ask()
    there = catalogue(params.stages)
    computed = [metric for metric in there.values() if isinstance(metric, Computed) and metric.opens]
    values = evaluate([metric.key for metric in computed], params)[()]
    for metric in computed:
        assert len(all_lines(metric.key, params)) == values[metric.key].n or metric.key == "value_at_risk", metric.key


def test_medians_and_stocks_are_those_of_the_lines_they_open_into(told: None) -> None:
    there = catalogue(stage_set())
    keys = [
        key
        for key in there
        if key.split(".")[0] in ("open", "open_age", "open_old", "time_in_stage", "step_p50", "open_leaks")
    ]
    for key, value in evaluate(keys, ask())[()].items():
        spans = [line.value for line in all_lines(key, ask()) if line.value is not None]
        middle = int((median(spans) * 2 + 1) // 2) if spans else None
        old = sum(span > 30 * 86_400 for span in spans)
        kind = key.split(".")[0]
        assert value.value == {"open": len(spans), "open_leaks": len(spans), "open_old": old}.get(kind, middle), key


def test_pages_follow_each_other_without_a_gap_or_a_line_twice(told: None) -> None:
    params = ask()
    for key in ("touches", "entered.mql", "leaks", "cohort.inquiry"):
        assert all_lines(key, params, limit=7) == all_lines(key, params)


def test_lines_of_some_subjects_are_those_of_all_that_are_theirs(told: None) -> None:
    leads = list(Lead.objects.order_by("pk").values_list("pk", flat=True))[::3]
    for known_at in (None, datetime(2024, 6, 1, tzinfo=UTC)):
        params = replace(ask(), known_at=known_at)
        by_family = {m.family.key: m for m in own.metrics(params.stages) if isinstance(m, Summed)}
        for metric in by_family.values():
            if metric.family.subject is Subject.LEAD:
                everything, some = (
                    read_lines(
                        metric.family,
                        Asked(params, None, subjects=subjects, measures=frozenset([metric.key])),
                        metric.key,
                        after=None,
                        limit=100_000,
                    )
                    for subjects in (None, leads)
                )
                assert some == [line for line in everything if line.subject_id in leads], metric.key


def test_what_has_no_parts_refuses_a_part() -> None:
    with pytest.raises(Refused) as refused:
        lines_behind("leads_created", ask(), part="under")
    assert refused.value.code == "unknown_part"


def test_every_metric_opens_or_says_that_it_does_not() -> None:
    there = catalogue(stage_set())
    shut = {key for key, metric in there.items() if not openings(key, there)}
    assert shut <= {"customers_before"}

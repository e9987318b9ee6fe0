"""Cohorts and survival equal the oracles, the other reports, and a library that does nothing else."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from alignment.refusals import Refused
from kpis.explorer.queries import survival as levels
from kpis.reports.behind import count_behind
from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from tests import snapshot
from tests.conftest import Lasting
from tests.kpis.histories import draw_histories
from tests.kpis.test_reports_equal_oracles import as_question, in_order
from tests.oracles.cohort import cohorts
from tests.oracles.cohort_ages import ages
from tests.oracles.percentiles import MICROSECOND, round_half_up
from tests.oracles.velocity import wait_for_step

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"start_stage": ["mql"], "timezone": ["America/Sao_Paulo"]},
    {"by": ["source"], "as_of": ["2024-08-10T09:00:00Z"]},
    {"by": ["month", "owner"], "known_at": ["2024-09-01"], "timezone": ["Europe/Berlin"]},
    {"where": ["source=web"], "end": ["2024-03-15"], "as_of": ["2024-06-13"]},
    {"start_stage": ["won"]},
)


def asked(**options: list[str]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)


def run(key: str, params: ReportParams) -> dict[str, Any]:
    return REPORTS[key].run(params, None)


@pytest.fixture(scope="module")
def drawn(lasting: Lasting) -> Iterator[None]:
    with lasting():
        draw_histories(4, leads=150)
        yield


@pytest.mark.parametrize("options", ASKED)
def test_every_field_of_the_heat_map_equals_the_oracle(drawn: None, options: dict[str, list[str]]) -> None:
    params = asked(**options)
    expected = ages(snapshot.world(), snapshot.stages(), as_question(params))
    found = {
        tuple(sorted(group["group"].items())): {
            (stage["stage"], age["months"]): age["reached"] for stage in group["stages"] for age in stage["ages"]
        }
        for group in run("cohorts", params)["groups"]
    }
    assert found == expected


def test_a_share_is_that_of_the_funnel_with_a_window_of_so_many_days_and_opens_as_many_leads(drawn: None) -> None:
    params = asked(by=["source"], as_of=["2024-11-01"])
    told = 0
    for group in run("cohorts", params)["groups"]:
        for age in (1, 3, 6):
            narrowed = replace(params, by=(), window_days=30 * age).narrowed(*group["group"].items())
            [mine] = run("funnel", narrowed)["groups"]
            theirs = {stage["stage"]: stage for stage in mine["stages"]}
            for stage in group["stages"]:
                field = stage["ages"][age - 1]
                if field["share"] is None:
                    continue
                told += 1
                assert mine["mature"] == group["leads"]
                assert field["share"] == theirs[stage["stage"]]["conversion_from_start"]
                opened = count_behind(narrowed, None, measure="mature_in_window", stage=stage["stage"])
                assert field["reached"] == opened
    assert told > 50


def test_cohorts_are_months_and_one_stage_may_be_asked_for(drawn: None) -> None:
    with pytest.raises(Refused, match="Cohorts are months"):
        run("cohorts", asked(by=["week"]))
    group = run("cohorts", asked(to_stage=["sql"]))["groups"][0]
    assert [stage["stage"] for stage in group["stages"]] == ["sql"]
    with pytest.raises(Refused, match="not a forward stage"):
        asked(to_stage=["lost"])


@pytest.mark.parametrize("options", ASKED)
def test_every_level_of_a_curve_equals_the_oracle(drawn: None, options: dict[str, list[str]]) -> None:
    params = asked(**options)
    stages = snapshot.stages()
    expected = {}
    for cohort in cohorts(snapshot.world(), stages, as_question(params)):
        path = [stage.key for stage in stages.from_start(params.start_stage)]
        for before, to in pairwise(path):
            curve = wait_for_step(cohort, before, to, params.as_of)
            if cohort.members:
                expected[tuple(sorted(cohort.group.items())), to] = [
                    (round_half_up(Fraction(at // MICROSECOND, 1_000_000)), float(share)) for at, share in curve.drops
                ]
    found = {}
    for group in run("survival", params)["groups"]:
        for step in group["steps"]:
            made = 0
            drops = []
            for point in step["points"]:
                if point["made"] > made:
                    drops.append((point["seconds"], point["survival"]))
                made = point["made"]
            assert made == step["events"]
            found[tuple(sorted(group["group"].items())), step["to"]] = drops
    assert found.keys() >= {key for key, drops in expected.items() if drops}
    for key, drops in expected.items():
        assert [at for at, _share in found.get(key, [])] == [at for at, _share in drops]
        assert [s for _at, s in found.get(key, [])] == pytest.approx([s for _at, s in drops], abs=1e-12)


def test_curves_and_bands_equal_lifelines(drawn: None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own making
        from lifelines import KaplanMeierFitter
    params = asked(as_of=["2024-12-01"])
    [cohort] = cohorts(snapshot.world(), snapshot.stages(), as_question(params))
    [group] = run("survival", params)["groups"]
    checked = 0
    for step in group["steps"]:
        waits = [
            (member.reached.get(step["to"], params.as_of) - member.reached[step["from"]], step["to"] in member.reached)
            for member in cohort.members
            if step["from"] in member.reached
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = KaplanMeierFitter().fit([w / timedelta(seconds=1) for w, _m in waits], [m for _w, m in waits])
            bands, table = fitted.confidence_interval_, fitted.event_table
        times = [at for at in table.index if table["observed"][at] > 0]
        made_before = [0, *(point["made"] for point in step["points"])]
        points = [point for point, made in zip(step["points"], made_before, strict=False) if point["made"] > made]
        for at, point in zip(times, points, strict=True):
            low, high = (bands[f"KM_estimate_{side}_0.95"][at] for side in ("lower", "upper"))
            assert point["survival"] == pytest.approx(fitted.survival_function_["KM_estimate"][at], abs=1e-9)
            assert point["at_risk"] == table["at_risk"][at]
            if point["survival_low"] is not None:
                checked += 1
                assert (point["survival_low"], point["survival_high"]) == pytest.approx((low, high), abs=1e-9)
        median = fitted.median_survival_time_
        assert step["median_seconds"] == (None if math.isinf(median) else pytest.approx(median, abs=0.5))
    assert checked > 50


def test_the_medians_are_those_of_velocity(drawn: None) -> None:
    params = asked(by=["source"])
    velocity = {
        (str(group["group"]), step["to"]): (step["km_n"], step["km_events"], step["km_median_seconds"])
        for group in run("velocity", params)["groups"]
        for step in group["steps"]
    }
    found = in_order(run("survival", params)["groups"])
    assert found
    for group in found:
        for step in group["steps"]:
            mine = (step["n"], step["events"], step["median_seconds"])
            assert mine == velocity[str(group["group"]), step["to"]]


def test_a_long_curve_is_told_by_some_of_its_levels_each_of_them_exact(
    drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("survival", asked(to_stage=["mql"]))["groups"][0]["steps"][0]["points"]
    monkeypatch.setattr(levels, "MOST_POINTS", 10)
    some = run("survival", asked(to_stage=["mql"]))["groups"][0]["steps"][0]["points"]
    assert len(some) <= 12 < len(whole)
    assert all(point in whole for point in some)
    assert some[-1] == whole[-1]


def test_nobody_is_no_curve_and_no_month(drawn: None) -> None:
    long_ago = asked(start=["2019-01-01"], end=["2020-01-01"])
    [group] = run("survival", long_ago)["groups"]
    assert {(step["n"], step["median_seconds"], len(step["points"])) for step in group["steps"]} == {(0, None, 0)}
    document = run("cohorts", long_ago)
    assert (document["groups"], document["retention"]) == ([], [])

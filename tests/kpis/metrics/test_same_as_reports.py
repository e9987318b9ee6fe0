"""Where a report tells the same figure as a metric, both say the same, in every group, as of any instant and as known at any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignment.timezones import start_of_day
from kpis.leaks.report import leakage
from kpis.metrics.computing import GRAINS, periods_in, within
from kpis.metrics.declaring import Group, Value
from kpis.metrics.evaluating import evaluate
from kpis.metrics.periods import GRACE, period_of
from kpis.metrics.queries.stays import standing_at
from kpis.reports.acceptance import acceptance
from kpis.reports.flow import flow
from kpis.reports.funnel import funnel
from kpis.reports.params import ReportParams, read_params
from kpis.reports.sla import sla
from kpis.reports.velocity import velocity
from tests.conftest import Lasting
from tests.kpis.leaking import NOW
from tests.kpis.metrics.worlds import draw_everything

pytestmark = pytest.mark.django_db

ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"by": ["month"]},
    {"by": ["week", "source"], "timezone": ["Pacific/Auckland"]},
    {"by": ["owner"], "as_of": ["2024-05-01"]},
    {"by": ["team", "channel"], "known_at": ["2024-06-01"]},
    {"by": ["segment"], "as_of": ["2024-04-10T09:00:00Z"], "known_at": ["2024-04-12T00:00:00Z"]},
    {"start": ["2024-03-01"], "end": ["2024-04-01"], "by": ["attributes.size"], "window_days": ["30"]},
    {"where": ["owner=ann@example.com"], "by": ["month"]},
    {"where": ["month=2024-03"], "system": ["a"]},
)

NOT_CUT: tuple[dict[str, list[str]], ...] = (
    {},
    {"as_of": ["2024-05-01"]},
    {"known_at": ["2024-06-01"]},
    {"as_of": ["2024-08-17"], "known_at": ["2024-09-01"], "start": ["2024-02-01"], "end": ["2024-08-01"]},
    {"where": ["source=web"]},
    {"system": ["a"], "start": ["2024-03-01"], "end": ["2024-04-01"]},
)


@pytest.fixture(scope="module")
def told(lasting: Lasting) -> Iterator[None]:
    with lasting():
        draw_everything(11, leads=200)
        yield


def ask(options: dict[str, list[str]]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)


@pytest.fixture(params=ASKED, ids=str)
def params(request: pytest.FixtureRequest, told: None, db: None) -> ReportParams:
    return ask(request.param)


@pytest.fixture(params=NOT_CUT, ids=str)
def whole(request: pytest.FixtureRequest, told: None, db: None) -> ReportParams:
    """Questions as a report that is not cut takes them."""
    return ask(request.param)


def groups(document: dict[str, Any]) -> dict[Group, dict[str, Any]]:
    return {tuple(group["group"].values()): group for group in document["groups"]}


class Values:
    """What `evaluate` says, 0 lines where a group has none."""

    def __init__(self, keys: list[str], params: ReportParams) -> None:
        self.found = evaluate(keys, params)

    def __call__(self, key: str, group: Group) -> Value:
        return self.found[group][key] if group in self.found else Value(None)

    def number(self, key: str, group: Group) -> Decimal | None:
        return self(key, group).value if group in self.found else Decimal(0)


def number(value: Value) -> Decimal:
    assert value.value is not None
    return value.value


def share(value: Value) -> float | None:
    return None if value.value is None else float(value.value)


def test_cohorts_and_conversions_are_those_of_the_funnel(params: ReportParams) -> None:
    stages = params.stages.forward
    found = Values(
        [f"cohort.{stage.key}" for stage in stages]
        + [f"{word}.{stage.key}" for word in ("conversion", "conversion_from_start") for stage in stages[1:]],
        params,
    )
    told = groups(funnel(params))
    assert found.found.keys() <= told.keys()
    for group, one in told.items():
        assert found.number(f"cohort.{stages[0].key}", group) == one["mature"]
        for before, stage in zip(one["stages"], one["stages"][1:], strict=False):
            key = stage["stage"]
            assert found.number(f"cohort.{key}", group) == stage["mature_in_window"]
            conversion = found(f"conversion.{key}", group)
            assert share(conversion) == stage["conversion_from_previous"]
            if before["mature_in_window"]:
                assert (conversion.low, conversion.high) == (stage["wilson_low"], stage["wilson_high"])
            assert share(found(f"conversion_from_start.{key}", group)) == stage["conversion_from_start"]


def test_reached_with_nothing_to_wait_for_is_what_the_funnel_counts_for_the_first_stage(params: ReportParams) -> None:
    key = params.stages.forward[0].key
    found = Values([f"reached.{key}"], params)
    for group, one in groups(funnel(params)).items():
        assert found.number(f"reached.{key}", group) == one["entered"]


def test_moves_are_those_of_the_flow(params: ReportParams) -> None:
    found = Values([f"{word}.{stage.key}" for word in ("entered", "left") for stage in params.stages.stages], params)
    told = groups(flow(params))
    assert found.found.keys() <= told.keys()
    for group, one in told.items():
        for stage in one["stages"]:
            assert found.number(f"entered.{stage['stage']}", group) == stage["in"]
            assert found.number(f"left.{stage['stage']}", group) == stage["out"]


@pytest.mark.parametrize("options", [{}, {"as_of": ["2024-05-01"]}, {"known_at": ["2024-06-01"]}], ids=str)
def test_what_stands_at_the_end_is_what_stood_at_the_start_and_came_and_did_not_leave(
    told: None, options: dict[str, list[str]]
) -> None:
    params, before = ask(options), ask({**options, "start": ["2000-01-01"], "end": ["2024-01-01"]})
    for stage in params.stages.stages:
        stands, came, left = (f"{word}.{stage.key}" for word in ("open", "entered", "left"))
        stood, now = evaluate([stands], before)[()], evaluate([stands, came, left], params)[()]
        assert number(now[stands]) == number(stood[stands]) + number(now[came]) - number(now[left])


def as_each_period_closed(params: ReportParams) -> Iterator[tuple[ReportParams, Group]]:
    """The question of each month or week that `params` are cut by, or as it is, as of when its days had closed; and where its name goes."""
    name = next((name for name in params.by if name in GRAINS), None)
    months = dict(params.where).get("month")
    if months is not None:
        rest = tuple(pair for pair in params.where if pair[0] != "month")
        params = replace(within(params, period_of(months, params.zone)), where=rest)
    for period in periods_in(params, GRAINS[name]) if name else [None]:
        one = replace(within(params, period), by=params.by[1:]) if period else params
        closed = start_of_day(one.end.astimezone(one.zone).date() + GRACE, one.zone) + one.window
        yield replace(one, as_of=min(one.as_of, closed)), ((period.name,) if period else ())


def test_steps_are_those_of_velocity_as_each_period_closed(params: ReportParams) -> None:
    keys = [stage.key for stage in params.stages.forward[1:]]
    words = ("step_p50", "step_p75", "step_p90", "step_km")
    found = Values([f"{word}.{key}" for key in keys for word in words], params)
    told = {
        (*period, *group): one
        for asked, period in as_each_period_closed(params)
        for group, one in groups(velocity(asked)).items()
    }
    assert found.found.keys() <= told.keys()
    for group, one in told.items():
        for step in one["steps"]:
            for p in (50, 75, 90):
                assert found(f"step_p{p}.{step['to']}", group).value == step[f"p{p}_seconds"]
            assert found(f"step_km.{step['to']}", group).value == step["km_median_seconds"]
            assert (found(f"step_km.{step['to']}", group).n or 0) == step["km_n"]


def test_outcomes_are_those_of_acceptance(params: ReportParams) -> None:
    names = {"offers": "offered", "accepted": "accepted", "rejected": "rejected", "expired": "expired"}
    found = Values([*names, "acceptance_rate"], params)
    told = groups(acceptance(params))
    assert found.found.keys() <= told.keys()
    for group, one in told.items():
        assert {key: found.number(key, group) for key in names} == {key: one[name] for key, name in names.items()}
        rate = found("acceptance_rate", group)
        assert share(rate) == one["acceptance_rate"]
        if rate.value is not None:
            assert (rate.low, rate.high) == (one["wilson_low"], one["wilson_high"])


def test_deadlines_are_those_of_sla(params: ReportParams) -> None:
    found = Values(["sla_accept", "sla_contact"], params)
    for group, one in groups(sla(params)).items():
        for clock in ("accept", "contact"):
            value = found(f"sla_{clock}", group)
            assert share(value) == one[clock]["attainment"]
            if group in found.found:
                assert (value.over, value.under) == (one[clock]["met"], one[clock]["n"])


def test_speeds_are_those_of_sla_as_each_period_closed(params: ReportParams) -> None:
    found = Values(["speed_to_lead", "speed_to_lead_business"], params)
    for asked, period in as_each_period_closed(params):
        for group, one in groups(sla(asked)).items():
            assert found("speed_to_lead", (*period, *group)).value == one["speed_km_median_seconds"]
            assert found("speed_to_lead_business", (*period, *group)).value == one["speed_business_p50_seconds"]


def test_leaks_are_those_of_leakage(whole: ReportParams) -> None:
    document = leakage(whole)
    kinds = document["by_kind"]
    found = Values(["leaks", "leaked", "qualified_passes", "leakage_rate", *(f"leaks.{kind}" for kind in kinds)], whole)
    assert found.number("leaks", ()) == document["total"]
    assert {kind: found.number(f"leaks.{kind}", ()) for kind in kinds} == kinds
    rate = found("leakage_rate", ())
    assert (rate.over, rate.under, rate.low, rate.high) == tuple(
        document["rate"][name] for name in ("leaked", "qualified", "wilson_low", "wilson_high")
    )
    assert share(rate) == document["rate"]["rate"]


def test_what_is_open_and_at_risk_at_the_end_is_that_of_leakage_then(whole: ReportParams) -> None:
    found = Values(["open_leaks", "value_at_risk"], whole)
    then = leakage(replace(whole, start=ask({}).start - timedelta(days=9_999), as_of=standing_at(whole)))
    assert found.number("open_leaks", ()) == then["open"]
    assert found.number("value_at_risk", ()) == Decimal(then["value_at_risk"]["amount"])

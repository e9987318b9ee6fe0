"""How is a computed metric read for every group? At once, or period by period where it can be asked no other way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from alignment.people.selectors import Somebody
from kpis.metrics.declaring import Computed, Group, Value
from kpis.metrics.periods import Grain, Period, between
from kpis.reports.cuts import PERIODS
from kpis.reports.params import ReportParams

GRAINS = {"month": Grain.MONTH, "week": Grain.WEEK}


def compute(metric: Computed, params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
    """By group of `params.by`."""
    params = _narrowed(metric, params)
    name = next((name for name in params.by if name in PERIODS), None)
    if name is None or metric.by_period:
        return metric.compute(params, user)
    place = params.by.index(name)
    inner = replace(params, by=tuple(one for one in params.by if one != name))
    return {
        (*group[:place], period.name, *group[place:]): value
        for period in periods_in(params, GRAINS[name])
        for group, value in compute(metric, within(inner, period), user).items()
    }


def periods_in(params: ReportParams, grain: Grain) -> list[Period]:
    """The periods that the question touches and that have begun."""
    if params.start >= params.end:
        return []
    first, last = (
        moment.astimezone(params.zone).date() for moment in (params.start, params.end - timedelta.resolution)
    )
    found = between(grain, first, last + timedelta(days=1), params.zone)
    return [period for period in found if period.since <= params.as_of]


def within(params: ReportParams, period: Period) -> ReportParams:
    """The question asked of that part of a period that lies in [start, end)."""
    return replace(params, start=max(params.start, period.since), end=min(params.end, period.until))


def _narrowed(metric: Computed, params: ReportParams) -> ReportParams:
    """`where` month or week is a shorter period to what is asked period by period."""
    if metric.by_period:
        return params
    rest = tuple((name, value) for name, value in params.where if name not in PERIODS)
    for name, value in params.where:
        if name in PERIODS:
            found = [period for period in periods_in(params, GRAINS[name]) if period.name == value]
            params = within(params, found[0]) if found else replace(params, end=params.start)
    return replace(params, where=rest)

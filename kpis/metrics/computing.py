"""How is a computed metric read for every group? At once, or period by period where it can be asked no other way.

A windowed one is told as of the instant at which its period closed: afterwards it does not change by the clock alone, as those who
still wait do. What is entered later of what had happened by then changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from alignment.people.selectors import Somebody
from alignment.timezones import start_of_day
from kpis.metrics.declaring import Computed, Group, Metric, Value
from kpis.metrics.periods import GRACE, Grain, Period, between
from kpis.reports.cuts import PERIODS
from kpis.reports.params import ReportParams

GRAINS = {"month": Grain.MONTH, "week": Grain.WEEK}


def compute(metric: Computed, params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
    """By group of `params.by`."""
    params = _narrowed(metric, params)
    name = next((name for name in params.by if name in PERIODS), None)
    if name is None or _at_once(metric):
        return metric.compute(as_it_closed(metric, params), user)
    place = params.by.index(name)
    inner = replace(params, by=tuple(one for one in params.by if one != name))
    return {
        (*group[:place], period.name, *group[place:]): value
        for period in periods_in(params, GRAINS[name])
        for group, value in compute(metric, within(inner, period), user).items()
    }


def as_it_closed(metric: Metric, params: ReportParams) -> ReportParams:
    """The question as of the instant at which its days closed for a windowed computed metric, if that is over."""
    if not metric.windowed or not isinstance(metric, Computed) or params.end >= params.as_of:
        return params
    end = params.end.astimezone(params.zone).date()
    closed = start_of_day(end + GRACE, params.zone) + params.window
    return replace(params, as_of=min(params.as_of, closed))


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
    if _at_once(metric):
        return params
    rest = tuple((name, value) for name, value in params.where if name not in PERIODS)
    for name, value in params.where:
        if name in PERIODS:
            found = [period for period in periods_in(params, GRAINS[name]) if period.name == value]
            params = within(params, found[0]) if found else replace(params, end=params.start)
    return replace(params, where=rest)


def _at_once(metric: Computed) -> bool:
    """Whether all periods can be asked for together: not if each is told as of an instant of its own."""
    return metric.by_period and not metric.windowed

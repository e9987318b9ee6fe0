"""What does a KPI measure, and what was it in these periods? Its metrics with their filters, read through the engine.

Sums and ratios of any grain are added up from one question; what is computed is asked period by period. Called by scorecard, KPI
pages, milestones, backtests and target setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from alignment.people.selectors import Somebody, reporting_currency
from kpis.agreed.terms import KpiTerms, Part
from kpis.forecasts.target import Measured
from kpis.metrics.catalogue import Catalogue, catalogue, find
from kpis.metrics.declaring import Better, Computed, Group, Metric, Ratio, Summed, Unit, Value
from kpis.metrics.evaluating import divided, evaluate, of_period
from kpis.metrics.periods import Grain, Period
from kpis.reports.params import ReportParams, read_params
from kpis.reports.statistics import wilson
from leads.funnel.stage_sets import StageSet, stage_set

BY = {Grain.WEEK: "week", Grain.MONTH: "month", Grain.QUARTER: "month", Grain.YEAR: "month"}
Values = Mapping[Group, Mapping[str, Value]]


@dataclass(frozen=True)
class Measure:
    """One metric, or the first of two divided by the second; each with its filters as (cut, value) pairs, None for "(none)"."""

    over: Measured
    over_metric: Metric
    under: Measured | None = None
    under_metric: Metric | None = None

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return (self.over_metric,) if self.under_metric is None else (self.over_metric, self.under_metric)

    @property
    def unit(self) -> Unit:
        """Of a ratio of two: a share where both are counts, money where money is divided by counts, else a number."""
        if self.under_metric is None:
            return self.over_metric.unit
        units = (self.over_metric.unit, self.under_metric.unit)
        if units == (Unit.MONEY, Unit.COUNT):
            return Unit.MONEY
        return Unit.SHARE if units in ((Unit.COUNT, Unit.COUNT), (Unit.MONEY, Unit.MONEY)) else Unit.NUMBER

    @property
    def is_sum(self) -> bool:
        """Whether it grows during a period, line by line."""
        return self.under is None and isinstance(self.over_metric, Summed)

    @property
    def is_ratio(self) -> bool:
        return self.under is not None or isinstance(self.over_metric, Ratio)

    @property
    def better(self) -> Better:
        return self.over_metric.better if self.under is None else Better.UP

    @property
    def windowed(self) -> bool:
        return any(metric.windowed for metric in self.metrics)

    @property
    def title(self) -> str:
        return " ÷ ".join(metric.title for metric in self.metrics)


def measure_of(terms: KpiTerms, there: StageSet | Catalogue | None = None) -> Measure:
    """What these terms measure; `Refused` with `unknown_metric` where the catalogue has it no more."""
    if not isinstance(there, Mapping):
        there = catalogue(there or stage_set())
    over, *rest = terms.parts
    under = rest[0] if rest else None
    return Measure(
        measured(over),
        find(over.metric, there),
        measured(under) if under else None,
        find(under.metric, there) if under else None,
    )


def of_metric(key: str, stages: StageSet | None = None) -> Measure:
    """A metric of the catalogue as it is."""
    return Measure(Measured(key), find(key, stages or stage_set()))


def measured(part: Part) -> Measured:
    return Measured(part.metric, tuple((cut, value or None) for cut, value in part.where.items()))


def ask(first: date, end: date, *, now: datetime, as_of: datetime | None = None) -> ReportParams:
    """The question about the days [first, end), as known now."""
    options = {"start": [f"{first}"], "end": [f"{end}"]}
    params = read_params(options, now=now)
    return params if as_of is None else replace(params, as_of=as_of)


def values_of(
    measure: Measure, periods: Sequence[Period], *, now: datetime, user: Somebody | None, as_of: datetime | None = None
) -> dict[str, Value]:
    """Its value in each of these consecutive periods of one grain, by name; a running one so far."""
    if not periods:
        return {}
    params = ask(periods[0].first_day, periods[-1].end_day, now=now, as_of=as_of)
    if measure.under is None and isinstance(measure.over_metric, Computed):
        asked = replace(params, where=measure.over.where)
        key = measure.over.metric
        return {period.name: of_period([key], period, asked, user)[()][key] for period in periods}
    return _added_up(measure, periods, params, user)


def between(
    measure: Measure, first: date, end: date, *, now: datetime, user: Somebody | None, as_of: datetime | None = None
) -> Value:
    """Its value in the days [first, end)."""
    return in_groups(measure, ask(first, end, now=now, as_of=as_of), user).get((), Value(None))


def in_groups(measure: Measure, params: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    """Its value in the groups of `params.by`: of a sum the sum, of a ratio with both parts."""
    found = _parts_in_groups(measure, params, user)
    groups = dict.fromkeys(group for part in found for group in part)
    currency = reporting_currency()
    return {group: together(measure, [part.get(group, {}) for part in found], currency) for group in groups}


def _added_up(
    measure: Measure, periods: Sequence[Period], params: ReportParams, user: Somebody | None
) -> dict[str, Value]:
    """The parts of each short period, added up to the long one; then divided."""
    found = _parts_in_groups(measure, replace(params, by=(BY[periods[0].grain],)), user)
    currency = reporting_currency()
    values = {}
    for period in periods:
        inside = [_sum_of([one for group, one in part.items() if _lies_in(group[0], period)]) for part in found]
        values[period.name] = together(measure, inside, currency)
    return values


def _parts_in_groups(measure: Measure, params: ReportParams, user: Somebody | None) -> list[Values]:
    return [
        evaluate(_summed_keys(measure, part), replace(params, where=(*params.where, *part.where)), user)
        for part in _used(measure)
    ]


def _used(measure: Measure) -> tuple[Measured, ...]:
    return (measure.over,) if measure.under is None else (measure.over, measure.under)


def _summed_keys(measure: Measure, part: Measured) -> list[str]:
    metric = measure.over_metric if part is measure.over else measure.under_metric
    if isinstance(metric, Ratio):
        return [key for key in (metric.over, metric.minus, metric.under) if key]
    return [part.metric]


def _lies_in(name: str | None, period: Period) -> bool:
    """Whether a month (or week) so named belongs to this period."""
    if name is None or name == period.name:
        return name == period.name
    return (
        period.grain in (Grain.QUARTER, Grain.YEAR) and f"{period.first_day:%Y-%m}" <= name < f"{period.end_day:%Y-%m}"
    )


def _sum_of(found: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """Value by key, added up; what is not known in one is not known in all."""
    total: dict[str, Value] = {}
    for one in found:
        for key, value in one.items():
            total[key] = plus(total[key], value) if key in total else value
    return total


def plus(one: Value, other: Value) -> Value:
    """Two sums as one."""
    value = None if one.value is None or other.value is None else one.value + other.value
    return Value(value, n=(one.n or 0) + (other.n or 0), problem=one.problem or other.problem)


NOTHING = Value(Decimal(0), n=0)


def together(measure: Measure, parts: Sequence[Mapping[str, Value]], currency: str) -> Value:
    """The value of the whole from what its summed parts are."""
    metric = measure.over_metric
    if measure.under is not None and measure.under_metric is not None:
        over = parts[0].get(measure.over.metric, NOTHING)
        under = parts[1].get(measure.under.metric, NOTHING)
        nested = measure.over_metric.key == measure.under_metric.key and set(measure.over.where) >= set(
            measure.under.where
        )
        return quotient(over, under, measure.unit, currency, of_counts=nested and measure.unit is Unit.SHARE)
    if isinstance(metric, Ratio):
        over = parts[0].get(metric.over, NOTHING)
        if metric.minus:
            over = plus(over, _negative(parts[0].get(metric.minus, NOTHING)))
        under = parts[0].get(metric.under, NOTHING)
        return quotient(over, under, metric.unit, currency, of_counts=metric.unit is Unit.SHARE and not metric.minus)
    return parts[0].get(metric.key, NOTHING)


def _negative(value: Value) -> Value:
    return replace(value, value=None if value.value is None else -value.value)


def quotient(over: Value, under: Value, unit: Unit, currency: str, *, of_counts: bool) -> Value:
    """`over` ÷ `under`; with Wilson's interval where `over` is so many of `under`."""
    problem = over.problem or under.problem
    if over.value is None or under.value is None:
        return Value(None, n=under.n, problem=problem)
    value = divided(over.value, under.value, unit, currency)
    low, high = None, None
    if of_counts and over.value == over.n and under.value == under.n and over.value <= under.value:
        low, high = wilson(int(over.value), int(under.value))
    return Value(value, n=under.n, over=over.value, under=under.value, low=low, high=high, problem=problem)


def choices(stages: StageSet) -> dict[str, list[Metric]]:
    """Every metric by its room, for a chooser."""
    rooms: dict[str, list[Metric]] = {}
    for metric in catalogue(stages).values():
        rooms.setdefault(metric.room, []).append(metric)
    return rooms

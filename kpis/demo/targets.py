"""Which targets did the demo's two sides agree on? Round numbers about what came, and about what is likely to come."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from alignment.people.selectors import reporting_zone
from kpis.agreed.measures import Measure, measure_of, values_of
from kpis.agreed.terms import KpiTerms, TargetLine
from kpis.demo.terms import Plan
from kpis.forecasts.service import forecast
from kpis.forecasts.target import Target
from kpis.metrics.declaring import Unit
from kpis.metrics.periods import Grain, Period, containing

PAST = {Grain.MONTH: 5, Grain.QUARTER: 3}
"""How many periods before the running one have a target."""
RUNS = 400
"""Enough to choose a round number by."""
USUAL = Decimal("0.5")
"""A rate, where there is nothing yet to go by."""


def with_targets(plan: Plan, end: datetime) -> KpiTerms:
    """The terms with a target for the last periods, the running one and the one after."""
    measure = measure_of(plan.terms)
    running = containing(Grain(plan.terms.grain), end.astimezone(reporting_zone()).date())
    periods = [running]
    while len(periods) <= PAST[running.grain]:
        periods.insert(0, periods[0].before)
    values = values_of(measure, periods, now=end, user=None)
    past = {one.name: values[one.name].value for one in periods[:-1]}
    targets = {name: round_down(plan.of_past(value)) for name, value in past.items() if value}
    known = [value for value in past.values() if value]
    usual = sorted(known)[len(known) // 2] if known else (USUAL if measure.unit is Unit.SHARE else Decimal(1))
    targets[running.name] = _likely(plan, measure, running, end) or round_down(usual)
    targets[running.next.name] = targets[running.name]
    most = Decimal(1) if measure.unit is Unit.SHARE else None
    lines = [
        TargetLine(period=name, value=value if most is None else min(value, most)) for name, value in targets.items()
    ]
    return plan.terms.model_copy(update={"targets": lines})


def _likely(plan: Plan, measure: Measure, period: Period, end: datetime) -> Decimal | None:
    """Easy: what comes in nine cases of ten. Hard: what comes in one of four or so."""
    asked = Target(
        key=plan.key, title=plan.terms.title, over=measure.over, period=period, value=None, unit=measure.unit
    )
    told = forecast(asked, None, end, runs=RUNS, levers=False)
    if told.low is None or told.median is None or told.high is None:
        return None
    if plan.easy:
        return round_down(Decimal(repr(told.low))) or None
    return round_up(Decimal(repr((2 * told.median + told.high) / 3))) or None


def round_down(value: Decimal) -> Decimal:
    """To two digits: 373,263.80 → 370,000."""
    return _round(value, ROUND_FLOOR)


def round_up(value: Decimal) -> Decimal:
    """To two digits: 373,263.80 → 380,000."""
    return _round(value, ROUND_CEILING)


def _round(value: Decimal, rounding: str) -> Decimal:
    if not value:
        return Decimal(0)
    unit = Decimal(1).scaleb(value.adjusted() - 1)
    unit = max(unit, Decimal(1)) if value >= 1 else max(unit, Decimal("0.01"))
    return Decimal(f"{(value / unit).quantize(Decimal(1), rounding=rounding) * unit:f}")

"""From a goal back to what it needs, from a budget forward to what it brings; split by month, region and source. For `/kpis/targets/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from alignment.people.selectors import reporting_zone
from kpis.agreed.arithmetic import Range, brought, needed
from kpis.agreed.measures import ask
from kpis.agreed.rates import Chain, Step, chain
from kpis.agreed.splitting import split
from kpis.metrics.declaring import Unit
from kpis.metrics.evaluating import evaluate
from kpis.metrics.periods import Grain, Period, between

CUTS = ("territory", "source")
YEAR = timedelta(days=365)
STEPS = {Unit.COUNT: Decimal(1), Unit.MONEY: Decimal("0.01")}


@dataclass(frozen=True)
class Line:
    """One place of the chain with what is needed or comes there; `target` is that as it would be agreed: whole, or to the cent."""

    step: Step
    range: Range
    target: Decimal | None
    months: Mapping[str, Decimal]
    parts: Mapping[str, Mapping[str, Decimal]]
    """By cut, group: parts of the target."""


@dataclass(frozen=True)
class Plan:
    """`lines` from spend to revenue. `forward`: it began with a budget."""

    chain: Chain
    period: Period
    forward: bool
    amount: Decimal
    lines: Sequence[Line]

    @property
    def possible(self) -> bool:
        """Whether every place has a number."""
        return all(line.target is not None for line in self.lines)


def plan(*, amount: Decimal, forward: bool, period: Period, now: datetime) -> Plan:
    """The arithmetic of one goal or budget over a period of whole months."""
    found = chain(now)
    ranges = _forward(amount, found.steps) if forward else _backward(amount, found.steps)
    months = between(Grain.MONTH, period.first_day, period.end_day)
    shares = _past(now)
    lines = [_line(step, one, months, shares) for step, one in zip(found.steps, ranges, strict=True)]
    return Plan(found, period, forward, amount, lines)


def _backward(goal: Decimal, steps: Sequence[Step]) -> list[Range]:
    """What each place needs so that the last one has `goal`."""
    ranges = []
    for place in range(len(steps)):
        rates = [step.rate for step in steps[place + 1 :]]
        known = [rate for rate in rates if rate is not None]
        ranges.append(needed(float(goal), known) if len(known) == len(rates) else Range(None, None, None))
    return ranges


def _forward(budget: Decimal, steps: Sequence[Step]) -> list[Range]:
    """What comes out at each place of what is put in at the first."""
    ranges = []
    for place in range(len(steps)):
        rates = [step.rate for step in steps[1 : place + 1]]
        known = [rate for rate in rates if rate is not None]
        ranges.append(brought(float(budget), known) if len(known) == len(rates) else Range(None, None, None))
    return ranges


@dataclass(frozen=True)
class Past:
    """Shares of the last twelve months: of each calendar month (1 to 12), and of the groups of each cut."""

    months: Mapping[int, Decimal]
    groups: Mapping[str, Mapping[str, Decimal]]


def _past(now: datetime) -> Past:
    """By won revenue; where nothing was won, by leads that came."""
    end = now.astimezone(reporting_zone()).date()
    whole = ask((end - YEAR).replace(day=1), end.replace(day=1), now=now)
    metric = "won_revenue"
    if not evaluate([metric], whole)[()][metric].value:
        metric = "leads_created"
    by_month = evaluate([metric], replace(whole, by=("month",)))
    months = {int(str(group[0])[5:]): _known(values[metric].value) for group, values in by_month.items()}
    groups = {
        cut: {group[0] or "": _known(values[metric].value) for group, values in found.items() if values[metric].value}
        for cut in CUTS
        if (found := evaluate([metric], replace(whole, by=(cut,))))
    }
    return Past({month: months.get(month, Decimal(0)) for month in range(1, 13)}, groups)


def _known(value: Decimal | None) -> Decimal:
    return value or Decimal(0)


def _line(step: Step, one: Range, months: Sequence[Period], past: Past) -> Line:
    target = _whole(one.value, step.unit)
    if target is None:
        return Line(step, one, None, {}, {})
    unit = STEPS[step.unit]
    weights = {month.name: past.months[month.first_day.month] for month in months}
    return Line(
        step,
        one,
        target,
        split(target, weights, unit),
        {cut: split(target, groups, unit) for cut, groups in past.groups.items() if groups},
    )


def _whole(value: float | None, unit: Unit) -> Decimal | None:
    if value is None:
        return None
    rounding = ROUND_CEILING if unit is Unit.COUNT else ROUND_HALF_EVEN
    return Decimal(repr(round(value, 9))).quantize(STEPS[unit], rounding=rounding)

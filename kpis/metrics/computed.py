"""How are the engine's own computed metrics read? Through the query of the report that tells the same figure, else from lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from alignment.people.selectors import Somebody
from kpis.metrics.declaring import Asked, Family, Group, Value
from kpis.metrics.queries.spreads import Spread, read_spreads
from kpis.metrics.queries.steps import STEPS, first_stage
from kpis.metrics.shared import once
from kpis.reports.params import ReportParams
from kpis.reports.percentiles import NOTHING
from kpis.reports.queries.funnel import read_entered
from kpis.reports.queries.sla import Speed, read_speed
from kpis.reports.queries.velocity import read_survival
from leads.funnel.stage_sets import StageSet

Compute = Callable[[ReportParams, Somebody | None], Mapping[Group, Value]]

OLD = timedelta(days=30)
NOBODY = Spread(0, 0, NOTHING)


@dataclass(frozen=True)
class OfLines:
    """A metric that is computed from the spread of the lines of one measure. `kpis.metrics.kept` reads many of these at once.

    `among`: the measure that has a line in every group of which there is a value, unknown where `measure` has none there; None: only
    groups with a line have one. `ask` answers for one question.
    """

    family: Family
    measure: str
    figure: Callable[[Spread], int | None]
    among: str | None = None
    ask: Compute | None = None

    def __call__(self, params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        if self.ask is not None:
            return self.ask(params, user)
        return self.values(once(_Spreads(self.family, self.measure), params, user), None, cut=bool(params.by))

    def values(
        self, spreads: Mapping[Group, Spread], among: Mapping[Group, Spread] | None, *, cut: bool
    ) -> Mapping[Group, Value]:
        """By group. `among`: the spreads of that measure, where there is one."""
        groups = spreads.keys() if among is None else among.keys()
        if not cut and among is None:
            groups = {(): NOBODY}.keys()
        return {group: self._value(spreads.get(group, NOBODY)) for group in groups}

    def _value(self, spread: Spread) -> Value:
        return Value(_number(self.figure(spread)), n=spread.lines)


def step(place: int, percentile: int, stages: StageSet) -> Compute:
    """The velocity report's percentile (0: 50, 1: 75, 2: 90) of the step to the stage of that place, of the first stage's cohort."""

    def ask(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        return {
            figures.group: Value(
                _number(figures.stages[place - 1].step[percentile]), n=figures.stages[place - 1].step_n
            )
            for figures in once(read_entered, _from_the_first(params), user)
            if figures.entered
        }

    first, here = stages.forward[1], stages.forward[place - 1]
    return OfLines(STEPS, f"step.{here.key}", lambda spread: spread.percentiles[percentile], f"chance.{first.key}", ask)


def survival(place: int) -> Compute:
    """The velocity report's Kaplan–Meier median of that step."""

    def compute(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        return {
            group: Value(_number(found.median_seconds), n=found.n)
            for (group, at), found in once(read_survival, _from_the_first(params), user).items()
            if at == place
        }

    return compute


def speed(figure: Callable[[Speed], int | None]) -> Compute:
    """A figure of the SLA report about the first offers of a pass."""

    def compute(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        return {
            group: Value(_number(figure(found)), n=found.n) for group, found in once(read_speed, params, user).items()
        }

    return compute


def how_many(family: Family, measure: str) -> Compute:
    """How many lines there are."""
    return OfLines(family, measure, lambda spread: spread.lines)


def how_many_old(family: Family, measure: str) -> Compute:
    """How many lines are older than 30 days."""
    return OfLines(family, measure, lambda spread: spread.above)


def middle(family: Family, measure: str) -> Compute:
    """The median of the lines' values, in seconds."""
    return OfLines(family, measure, lambda spread: spread.median)


@dataclass(frozen=True)
class _Spreads:
    """The question that several metrics of the same lines ask."""

    family: Family
    measure: str

    def __call__(self, params: ReportParams, user: Somebody | None) -> dict[Group, Spread]:
        asked = Asked(params, user, measures=frozenset([self.measure]))
        return read_spreads(self.family, asked, self.measure, above=int(OLD.total_seconds()))


def _from_the_first(params: ReportParams) -> ReportParams:
    return replace(params, start_stage=first_stage(params.stages))


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)

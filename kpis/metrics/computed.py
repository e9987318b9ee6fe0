"""How are the engine's own computed metrics read? Through the query of the report that tells the same figure, else from lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from alignment.people.selectors import Somebody
from kpis.metrics.declaring import Asked, Family, Group, Value
from kpis.metrics.queries.spreads import Spread, read_spreads
from kpis.metrics.queries.steps import first_stage
from kpis.metrics.shared import once
from kpis.reports.params import ReportParams
from kpis.reports.queries.funnel import read_entered
from kpis.reports.queries.sla import Speed, read_speed
from kpis.reports.queries.velocity import read_survival

Compute = Callable[[ReportParams, Somebody | None], Mapping[Group, Value]]

OLD = timedelta(days=30)
NOBODY = Spread(0, 0, None)


def step(place: int, percentile: int) -> Compute:
    """The velocity report's percentile (0: 50, 1: 75, 2: 90) of the step to the stage of that place, of the first stage's cohort."""

    def compute(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        return {
            figures.group: Value(
                _number(figures.stages[place - 1].step[percentile]), n=figures.stages[place - 1].step_n
            )
            for figures in once(read_entered, _from_the_first(params), user)
            if figures.entered
        }

    return compute


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
    return _spread(family, measure, lambda spread: spread.lines)


def how_many_old(family: Family, measure: str) -> Compute:
    """How many lines are older than 30 days."""
    return _spread(family, measure, lambda spread: spread.above)


def middle(family: Family, measure: str) -> Compute:
    """The median of the lines' values, in seconds."""
    return _spread(family, measure, lambda spread: spread.median)


@dataclass(frozen=True)
class _Spreads:
    """The question that several metrics of the same lines ask."""

    family: Family
    measure: str

    def __call__(self, params: ReportParams, user: Somebody | None) -> dict[Group, Spread]:
        asked = Asked(params, user, measures=frozenset([self.measure]))
        return read_spreads(self.family, asked, self.measure, above=int(OLD.total_seconds()))


def _spread(family: Family, measure: str, figure: Callable[[Spread], int | None]) -> Compute:
    def compute(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
        found = once(_Spreads(family, measure), params, user)
        if not params.by and not found:
            found = {(): NOBODY}
        return {group: Value(_number(figure(spread)), n=spread.lines) for group, spread in found.items()}

    return compute


def _from_the_first(params: ReportParams) -> ReportParams:
    return replace(params, start_stage=first_stage(params.stages))


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)

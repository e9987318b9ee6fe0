"""Where do kept values answer for a KPI? Read from them what they have, with what was corrected; None sends the reader to live ones.

Kept values are of everything as it is known now: they answer for those who see everything, at the present, for metrics as they are or
filtered by one of the cuts that are kept. How fresh they are is told on `/freshness/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.clock import now as present
from alignment.people.selectors import reporting_currency
from kpis.agreed.measures import Measure, together
from kpis.agreed.wording import said
from kpis.forecasts.target import Measured
from kpis.metrics.declaring import Computed, Unit, Value
from kpis.metrics.kept.basis import ground, is_current
from kpis.metrics.kept.models import CUTS
from kpis.metrics.kept.reading import KeptValue, begun_on, read
from kpis.metrics.periods import Grain, Period

CUT_GRAINS = (Grain.WEEK, Grain.MONTH)
PRESENT = timedelta(minutes=5)


@dataclass(frozen=True)
class Kept:
    """A value with what was corrected after its period was closed, in words."""

    value: Value
    revisions: tuple[str, ...] = ()


def do_answer(now: datetime) -> bool:
    """Whether kept values answer at all: asked once for a page of many."""
    return abs(now - present()) <= PRESENT and begun_on() is not None and is_current(ground(now))


def values_kept(measure: Measure, periods: Sequence[Period], now: datetime) -> Mapping[str, Kept] | None:
    """By name of the period, where kept values answer at all; None where they do not of this measure."""
    if not periods or not all(_is_kept(part, periods[0]) for part in _used(measure)):
        return None
    found = [_read(part, periods, now) for part in _used(measure)]
    if isinstance(measure.over_metric, Computed) and not all(one.computed_at for one in found[0].values()):
        return None
    if measure.under is None:
        return {name: Kept(_value(one), _revised(one, measure.unit)) for name, one in found[0].items()}
    return {name: _divided(measure, [part[name] for part in found]) for name in found[0]}


def _divided(measure: Measure, found: Sequence[KeptValue]) -> Kept:
    """A ratio of two metrics: of their kept sums."""
    keys = [part.metric for part in _used(measure)]
    value = together(measure, [{key: _value(one)} for key, one in zip(keys, found, strict=True)], reporting_currency())
    told = (f"{key}: {words}" for key, one in zip(keys, found, strict=True) for words in _revised(one, Unit.NUMBER))
    return Kept(value, tuple(told))


def _used(measure: Measure) -> tuple[Measured, ...]:
    return (measure.over,) if measure.under is None else (measure.over, measure.under)


def _is_kept(part: Measured, period: Period) -> bool:
    if not part.where:
        return True
    return len(part.where) == 1 and part.where[0][0] in CUTS and period.grain in CUT_GRAINS


def _read(part: Measured, periods: Sequence[Period], now: datetime) -> dict[str, KeptValue]:
    first, end = periods[0].first_day, periods[-1].end_day
    if part.where:
        [(cut, group)] = part.where
        found = read(part.metric, periods[0].grain, first, end, cut, group, now=now)
    else:
        found = read(part.metric, periods[0].grain, first, end, now=now)
    return {one.period.name: one for one in found}


def _value(one: KeptValue) -> Value:
    return Value(one.value, n=one.n, over=one.over, under=one.under, low=one.low, high=one.high, problem=one.problem)


def _revised(one: KeptValue, unit: Unit) -> tuple[str, ...]:
    return tuple(f"{said(each.old, unit)} until {each.at:%-d %b %Y}: {each.cause}" for each in one.revisions)

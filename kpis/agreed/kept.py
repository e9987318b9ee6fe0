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
from kpis.metrics.kept.reading import KeptValue, begun_on, read_many
from kpis.metrics.periods import Grain, Period

Where = tuple[tuple[str, str | None], ...]
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


Asked = tuple[Measure, Sequence[Period]]
Answers = Mapping[Measured, Mapping[str, KeptValue]]


def values_kept(measure: Measure, periods: Sequence[Period], now: datetime) -> Mapping[str, Kept] | None:
    """By name of the period, where kept values answer at all; None where they do not of this measure."""
    return values_kept_many([(measure, periods)], now)[0]


def values_kept_many(asked: Sequence[Asked], now: datetime) -> list[Mapping[str, Kept] | None]:
    """The same of many: all that are asked by one grain and filter are read at once."""
    answered = [_are_kept(measure, periods) for measure, periods in asked]
    found = _read([one for one, is_answered in zip(asked, answered, strict=True) if is_answered], now)
    currency = reporting_currency()
    return [
        _told(measure, periods, found[periods[0].grain], currency) if is_answered else None
        for (measure, periods), is_answered in zip(asked, answered, strict=True)
    ]


def _are_kept(measure: Measure, periods: Sequence[Period]) -> bool:
    return bool(periods) and all(_is_kept(part, periods[0]) for part in _used(measure))


def _read(asked: Sequence[Asked], now: datetime) -> Mapping[Grain, Answers]:
    by_question: dict[tuple[Grain, Where], list[tuple[Measured, Sequence[Period]]]] = {}
    for measure, periods in asked:
        for part in _used(measure):
            by_question.setdefault((periods[0].grain, part.where), []).append((part, periods))
    found: dict[Grain, dict[Measured, Mapping[str, KeptValue]]] = {}
    for (grain, where), parts in by_question.items():  # one a grain and filter
        keys = [part.metric for part, _periods in parts]
        first = min(periods[0].first_day for _part, periods in parts)
        end = max(periods[-1].end_day for _part, periods in parts)
        cut = where[0] if where else ()
        for key, values in read_many(keys, grain, first, end, *cut, now=now).items():
            found.setdefault(grain, {})[Measured(key, where)] = {one.period.name: one for one in values}
    return found


def _told(measure: Measure, periods: Sequence[Period], found: Answers, currency: str) -> Mapping[str, Kept] | None:
    names = {period.name for period in periods}
    parts = [{name: one for name, one in found[part].items() if name in names} for part in _used(measure)]
    if isinstance(measure.over_metric, Computed) and not all(one.computed_at for one in parts[0].values()):
        return None
    if measure.under is None:
        return {name: Kept(_value(one), _revised(one, measure.unit)) for name, one in parts[0].items()}
    return {name: _divided(measure, [part[name] for part in parts], currency) for name in parts[0]}


def _divided(measure: Measure, found: Sequence[KeptValue], currency: str) -> Kept:
    """A ratio of two metrics: of their kept sums."""
    keys = [part.metric for part in _used(measure)]
    value = together(measure, [{key: _value(one)} for key, one in zip(keys, found, strict=True)], currency)
    told = (f"{key}: {words}" for key, one in zip(keys, found, strict=True) for words in _revised(one, Unit.NUMBER))
    return Kept(value, tuple(told))


def _used(measure: Measure) -> tuple[Measured, ...]:
    return (measure.over,) if measure.under is None else (measure.over, measure.under)


def _is_kept(part: Measured, period: Period) -> bool:
    if not part.where:
        return True
    return len(part.where) == 1 and part.where[0][0] in CUTS and period.grain in CUT_GRAINS


def _value(one: KeptValue) -> Value:
    return Value(one.value, n=one.n, over=one.over, under=one.under, low=one.low, high=one.high, problem=one.problem)


def _revised(one: KeptValue, unit: Unit) -> tuple[str, ...]:
    return tuple(f"{said(each.old, unit)} until {each.at:%-d %b %Y}: {each.cause}" for each in one.revisions)

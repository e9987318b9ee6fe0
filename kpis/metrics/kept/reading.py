"""What did a metric come to in each period, as it is kept? The only reader of kept values: for pages, KPIs and the API.

Kept values are of everything, so they are never shown to who may not see everything. A ratio is divided here, from the kept sums
of its parts, as `kpis.metrics.evaluating` does it; its revisions are those of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from alignment.clock import now as present
from alignment.people.selectors import reporting_currency, reporting_zone
from kpis import freshness
from kpis.attribution.keeping import is_of_these_terms
from kpis.metrics.catalogue import Catalogue, catalogue, find, parts
from kpis.metrics.declaring import Computed, Metric, Ratio, Value
from kpis.metrics.evaluating import NOT_KNOWN, of_ratio, of_sum
from kpis.metrics.kept import marks
from kpis.metrics.kept.basis import WHAT, ground, is_current
from kpis.metrics.kept.models import CUTS, GRAINS, Cause
from kpis.metrics.kept.queries.reading import (
    Change,
    Part,
    Place,
    Where,
    is_due,
    read_changes,
    read_values,
    something_is_ripe,
)
from kpis.metrics.periods import Grain, Period, between
from kpis.metrics.queries.adding_up import Sum
from kpis.reports.params import DEFAULT_WINDOW_DAYS
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.waiting import nobody_waits


class Every(Enum):
    """Every group, in place of one."""

    GROUP = "every group"


@dataclass(frozen=True)
class Revised:
    """That a closed period's value was `old` and became `new`, and why. None: not known."""

    old: Decimal | None
    new: Decimal | None
    cause: str
    at: datetime


@dataclass(frozen=True)
class KeptValue:
    """A metric's value in one period and group, as it is kept. See `kpis.metrics.declaring.Value`.

    `closed`: a change from now on is a revision. `computed_at` is None where nothing was ever counted there.
    """

    period: Period
    group: str | None
    value: Decimal | None
    over: Decimal | None
    under: Decimal | None
    n: int | None
    computed_at: datetime | None
    closed: bool
    revisions: tuple[Revised, ...] = ()
    low: float | None = None
    high: float | None = None
    problem: str | None = None

    @property
    def revised(self) -> Revised | None:
        """The last revision."""
        return self.revisions[-1] if self.revisions else None


def read(
    key: str,
    grain: Grain | str,
    first: date,
    end: date,
    cut: str | None = None,
    group: str | Every | None = Every.GROUP,
    *,
    now: datetime | None = None,
) -> list[KeptValue]:
    """One metric's values in every period with a day in [first, end) that has begun, zeros included; by `cut`, of its groups."""
    return read_many([key], grain, first, end, cut, group, now=now)[key]


def read_many(
    keys: Sequence[str],
    grain: Grain | str,
    first: date,
    end: date,
    cut: str | None = None,
    group: str | Every | None = Every.GROUP,
    *,
    now: datetime | None = None,
) -> dict[str, list[KeptValue]]:
    """The same of several metrics at once, in two statements."""
    moment, zone, there = now or present(), reporting_zone(), _catalogue(now)
    metrics = [find(key, there) for key in dict.fromkeys(keys)]
    periods = [period for period in between(grain, first, end, zone) if period.since <= moment]
    if not periods:
        return {metric.key: [] for metric in metrics}
    where = Where(
        keys=sorted({part for metric in metrics for part in (parts(metric) or (metric.key,))}),
        grain=GRAINS.index(Grain(grain).value),
        cut=CUTS.index(cut or ""),
        first=periods[0].first_day,
        end=periods[-1].end_day,
        one=bool(cut) and group is not Every.GROUP,
        group=None if group is Every.GROUP else group,
    )
    kept, changes = read_values(where), read_changes(where)
    currency = reporting_currency()
    return {metric.key: list(_values(metric, periods, where, kept, changes, currency, moment)) for metric in metrics}


def is_fresh(key: str, now: datetime | None = None) -> bool:
    """Whether what is kept of a metric says what the logs say: nobody waits that may change it."""
    moment = now or present()
    there = ground(moment)
    if (
        not is_current(there)
        or not is_of_these_terms(moment)
        or marks.waiting()[0]
        or not nobody_waits()
        or something_is_ripe(moment)
    ):
        return False
    return not (isinstance(find(key, there.metrics), Computed) and is_due(key))


def begun_on() -> date | None:
    """The first day of which anything is kept."""
    last = freshness.last(WHAT)
    since = last.detail.get("since") if last else None
    return date.fromisoformat(since) if since else None


def _catalogue(now: datetime | None) -> Catalogue:
    return catalogue(stage_set(at=now or present()))


def _values(
    metric: Metric,
    periods: Sequence[Period],
    where: Where,
    kept: Mapping[Place, Part],
    changes: Mapping[Place, list[Change]],
    currency: str,
    now: datetime,
) -> Iterator[KeptValue]:
    names = parts(metric) or (metric.key,)
    for group in _groups(names, where, kept):
        for period in periods:
            places = {name: Place(name, period.first_day, group) for name in names}
            of_parts = {name: kept.get(place, _nothing(metric)) for name, place in places.items()}
            value = _value(metric, of_parts, currency)
            times = [part.computed_at for part in of_parts.values() if part.computed_at]
            yield KeptValue(
                period=period,
                group=group,
                value=value.value,
                over=value.over,
                under=value.under,
                n=value.n,
                computed_at=max(times, default=None),
                closed=period.closes_at(metric.windowed, DEFAULT_WINDOW_DAYS) <= now,
                revisions=_revisions(
                    metric, of_parts, {name: changes.get(place, []) for name, place in places.items()}, currency
                ),
                low=value.low,
                high=value.high,
                problem=value.problem,
            )


def _groups(names: Sequence[str], where: Where, kept: Mapping[Place, Part]) -> list[str | None]:
    """Those in which the metric has anything in these periods."""
    if not where.cut:
        return [None]
    if where.one:
        return [where.group]
    found = {place.group for place, part in kept.items() if place.key in names and part.lines != 0}
    return sorted(found, key=lambda group: (group is None, group or ""))


def _nothing(metric: Metric) -> Part:
    return Part(None, 0, metric.otherwise) if isinstance(metric, Computed) else Part(0, 0, Decimal(0))


def _value(metric: Metric, of_parts: Mapping[str, Part], currency: str) -> Value:
    if isinstance(metric, Computed):
        part = of_parts[metric.key]
        return Value(part.total, n=part.lines, problem=part.problem)
    sums = {name: _sum(part) for name, part in of_parts.items()}
    if isinstance(metric, Ratio):
        return of_ratio(
            metric, sums[metric.over], sums[metric.under], sums[metric.minus] if metric.minus else None, currency
        )
    return of_sum(sums[metric.key])


def _sum(part: Part) -> Sum:
    return Sum(part.lines or 0, part.unknown, part.total or Decimal(0), NOT_KNOWN if part.unknown else None)


def _revisions(
    metric: Metric, now: Mapping[str, Part], changes: Mapping[str, list[Change]], currency: str
) -> tuple[Revised, ...]:
    """From the last one back: what a value was is made of what its parts were."""
    of_parts, found = dict(now), []
    there = [(change.at, name, change) for name, of_part in changes.items() for change in of_part]
    for at in sorted({at for at, _name, _change in there}, reverse=True):
        here = [(name, change) for moment, name, change in there if moment == at]
        of_parts |= {name: change.new for name, change in here}
        new = _value(metric, of_parts, currency).value
        for name, change in reversed(here):
            of_parts[name] = change.old
        old = _value(metric, of_parts, currency).value
        if old != new:
            found.append(Revised(old, new, Cause(max(change.cause for _name, change in here)).label, at))
    return tuple(reversed(found))

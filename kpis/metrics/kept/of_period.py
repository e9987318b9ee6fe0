"""What did computed metrics come to in one period, everything together and by every cut that is kept? For those who keep them.

Metrics that are spreads of lines are read together: one statement a family for all measures and cuts. What stands at the same instant
is read once for all periods (`kpis.metrics.shared.remembering`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alignment.people.selectors import Somebody
from kpis.metrics.at_risk import every_lead_at_risk, leads_at_risk
from kpis.metrics.computed import OLD, OfLines
from kpis.metrics.computing import as_it_closed, compute
from kpis.metrics.declaring import Asked, Computed, Family, Group, Value
from kpis.metrics.evaluating import in_period
from kpis.metrics.kept.basis import Ground
from kpis.metrics.kept.models import CUTS
from kpis.metrics.kept.queries import numbers
from kpis.metrics.periods import Grain, Period
from kpis.metrics.queries.spreads import Spread, read_every_spread
from kpis.metrics.queries.stays import as_stock
from kpis.metrics.shared import EveryCut, Reads, once, reading_every_cut, remembering
from kpis.money.queries.cycle import read_customers, read_every_customer, read_every_median, read_medians
from kpis.reports.params import ReportParams
from kpis.reports.queries.sla import read_every_speed, read_speed
from kpis.reports.queries.velocity import read_every_survival, read_survival

AT_ONCE: Reads = {
    read_speed: read_every_speed,
    read_survival: read_every_survival,
    read_medians: read_every_median,
    read_customers: read_every_customer,
    leads_at_risk: every_lead_at_risk,
}
"""By the query that several metrics ask for one cut the one that answers for all of them."""

Cell = tuple[int, int, int]
"""A metric, a cut and a group, as numbers."""

Told = tuple[int, int, Group, Value]
"""A metric, a cut, the name of a group (empty: everything together), and the value."""


def read_period(
    there: Ground, period: Period, metrics: Sequence[Computed], ids: Mapping[str, int]
) -> dict[Cell, Value]:
    """Each metric's value in that period, by every cut that is kept."""
    with remembering():
        told = [*_of_lines(there, period, metrics, ids), *_one_by_one(there, period, metrics, ids)]
    groups = {
        cut: numbers.number_groups(cut, {group[0] for _metric, its, group, _value in told if its == cut})
        for cut in {cut for _metric, cut, _group, _value in told if cut}
    }
    return {(metric, cut, groups[cut][group[0]] if cut else 0): value for metric, cut, group, value in told}


def cuts_of(grain: Grain | str) -> tuple[str, ...]:
    """By what values of periods of that grain are kept."""
    return CUTS[1:] if Grain(grain) in (Grain.WEEK, Grain.MONTH) else ()


def is_stock(metric: Computed) -> bool:
    """Whether it is told of the instant at which a period ends, and read from lines."""
    return isinstance(metric.compute, OfLines) and not metric.by_period


@dataclass(frozen=True)
class _Every:
    """The question that all metrics of a family ask."""

    family: Family
    measures: frozenset[str]

    def __call__(self, params: ReportParams, user: Somebody | None) -> Mapping[tuple[str, int], Mapping[Group, Spread]]:
        asked = Asked(params, user, measures=self.measures)
        return read_every_spread(self.family, asked, self.measures, above=int(OLD.total_seconds()))


def _of_lines(there: Ground, period: Period, metrics: Sequence[Computed], ids: Mapping[str, int]) -> Iterator[Told]:
    together: dict[tuple[Family, bool, bool], list[tuple[Computed, OfLines]]] = {}
    for metric in metrics:
        if isinstance(metric.compute, OfLines):
            question = (metric.compute.family, metric.windowed, is_stock(metric))
            together.setdefault(question, []).append((metric, metric.compute))
    for (family, _windowed, stock), some in together.items():
        by = CUTS[1:] if stock and period.until > there.now else cuts_of(period.grain)
        asked = as_it_closed(some[0][0], in_period(replace(there.params, as_of=there.now, by=by), period))
        measures = frozenset(name for _metric, of in some for name in (of.measure, of.among) if name is not None)
        spreads = once(_Every(family, measures), as_stock(asked) if stock else asked, None)
        for metric, of in some:
            for cut in range(len(cuts_of(period.grain)) + 1):
                among = None if of.among is None else spreads.get((of.among, cut), {})
                values = of.values(spreads.get((of.measure, cut), {}), among, cut=bool(cut))
                yield from _told(metric, ids, cut, values)


def _one_by_one(there: Ground, period: Period, metrics: Sequence[Computed], ids: Mapping[str, int]) -> Iterator[Told]:
    with reading_every_cut(EveryCut(cuts_of(period.grain), AT_ONCE if cuts_of(period.grain) else {})):
        for cut, name in enumerate(("", *cuts_of(period.grain))):
            asked = in_period(replace(there.params, as_of=there.now, by=(name,) if name else ()), period)
            for metric in metrics:
                if not isinstance(metric.compute, OfLines):
                    yield from _told(metric, ids, cut, compute(metric, asked, None))


def _told(metric: Computed, ids: Mapping[str, int], cut: int, values: Mapping[Group, Value]) -> Iterator[Told]:
    if not cut:
        values = {(): values.get((), Value(metric.otherwise))}
    for group, value in values.items():
        yield ids[metric.key], cut, group, value

"""What is the value of a metric, now or as it was known then? Live and exact: lines are added up as they are.

Asked by pages, the API, KPIs, reports and whatever checks kept values. One statement a family, whatever is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from alignment.people.selectors import Somebody, reporting_currency
from kpis.metrics.catalogue import Catalogue, catalogue, find, parts
from kpis.metrics.computing import compute
from kpis.metrics.declaring import Asked, Computed, Family, Group, Metric, Ratio, Summed, Unit, Value
from kpis.metrics.periods import Period
from kpis.metrics.queries.adding_up import Sum, read_sums
from kpis.metrics.shared import remembering
from kpis.money.amounts import in_minor_units
from kpis.reports.params import ReportParams
from kpis.reports.statistics import wilson
from kpis.snapshot import one_snapshot
from leads.records.visibility import sight_of

NO_LINES = Sum()
NOT_KNOWN = "Some of what is behind it has no value that is known."
Sums = Mapping[str, Mapping[Group, Sum]]


def evaluate(keys: Sequence[str], params: ReportParams, user: Somebody | None = None) -> dict[Group, dict[str, Value]]:
    """Each metric's value in each group, of what `user` may see (None: everything). `Refused` where a key is no metric.

    Groups are those in which one of the metrics has a line (of a computed one: a value); not cut, there is the one group `()`.
    """
    there = catalogue(params.stages)
    metrics = [find(key, there) for key in dict.fromkeys(keys)]
    prepare([key for metric in metrics for key in parts(metric)], there, params, user)
    return _evaluate(metrics, there, params, user)


def prepare(keys: Iterable[str], there: Catalogue, params: ReportParams, user: Somebody | None) -> None:
    """Make ready what must be, before the snapshot in which the lines of these summed metrics are read."""
    families = dict.fromkeys(metric.family for key in keys if isinstance(metric := there[key], Summed))
    for family in families:
        if family.prepare is not None:
            family.prepare(params, user)


@one_snapshot()
def _evaluate(
    metrics: Sequence[Metric], there: Catalogue, params: ReportParams, user: Somebody | None
) -> dict[Group, dict[str, Value]]:
    sums = read(metrics, there, params, user)
    with remembering():
        computed = {metric.key: compute(metric, params, user) for metric in metrics if isinstance(metric, Computed)}
    currency = reporting_currency()
    groups = _groups(params, sums, computed)
    return {
        group: {metric.key: _value(metric, group, sums, computed, currency) for metric in metrics} for group in groups
    }


def of_period(
    keys: Sequence[str], period: Period, params: ReportParams, user: Somebody | None = None
) -> dict[Group, dict[str, Value]]:
    """The same in one period, whatever days `params` name."""
    return evaluate(keys, in_period(params, period), user)


def in_period(params: ReportParams, period: Period) -> ReportParams:
    """The question asked of this period."""
    return replace(
        params,
        start=period.since,
        end=period.until,
        start_text=period.first_day.isoformat(),
        end_text=period.end_day.isoformat(),
    )


def read(metrics: Sequence[Metric], there: Catalogue, params: ReportParams, user: Somebody | None) -> Sums:
    """What the lines behind these metrics add up to, by the key of each summed one."""
    wanted: dict[Family, list[str]] = {}
    for key in dict.fromkeys(key for metric in metrics for key in parts(metric)):
        metric = there[key]
        if isinstance(metric, Summed):
            wanted.setdefault(metric.family, []).append(key)
    sums: dict[str, Mapping[Group, Sum]] = {}
    for family, measures in wanted.items():
        asked = Asked(params, user, measures=frozenset(measures))
        if family.untold and not sight_of(user).everything:
            sums |= {measure: Untold(family.untold) for measure in measures}
            continue
        sums |= explained(read_sums(family, asked, measures), family, asked)
    return sums


class Untold(dict[Group, Sum]):
    """Sums of what is not told: not known in any group, and no group for its own sake."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence

    def get(self, _group: object, _default: object = None) -> Sum:
        return Sum(lines=0, unknown=1, problem=self.sentence)


def explained(found: Mapping[str, Mapping[Group, Sum]], family: Family, asked: Asked) -> dict[str, dict[Group, Sum]]:
    """With a sentence for each measure some of whose lines have no value."""
    return {measure: _explained(measure, by_group, family, asked) for measure, by_group in found.items()}


def _explained(measure: str, by_group: Mapping[Group, Sum], family: Family, asked: Asked) -> dict[Group, Sum]:
    if not any(one.unknown for one in by_group.values()):
        return dict(by_group)
    said = family.unknown(asked, measure) if family.unknown else NOT_KNOWN
    return {group: replace(one, problem=said or NOT_KNOWN) if one.unknown else one for group, one in by_group.items()}


def _groups(params: ReportParams, sums: Sums, computed: Mapping[str, Mapping[Group, Value]]) -> list[Group]:
    if not params.by:
        return [()]
    found = {group for of_metric in (*sums.values(), *computed.values()) for group in of_metric}
    return sorted(found, key=lambda group: tuple((value is None, value or "") for value in group))


def _value(
    metric: Metric, group: Group, sums: Sums, computed: Mapping[str, Mapping[Group, Value]], currency: str
) -> Value:
    match metric:
        case Summed():
            return of_sum(sums[metric.key].get(group, NO_LINES))
        case Ratio():
            minus = sums[metric.minus].get(group, NO_LINES) if metric.minus else None
            return of_ratio(
                metric, sums[metric.over].get(group, NO_LINES), sums[metric.under].get(group, NO_LINES), minus, currency
            )
        case Computed():
            return computed[metric.key].get(group, Value(metric.otherwise))
        case _:
            raise TypeError(f"{metric.key} is neither summed nor a ratio nor computed")


def of_sum(found: Sum) -> Value:
    """0 where there is no line; not known where a line is not."""
    return Value(None if found.unknown else found.total, n=found.lines, problem=found.problem)


def of_ratio(metric: Ratio, over: Sum, under: Sum, minus: Sum | None, currency: str) -> Value:
    """`over` ÷ `under` (÷ 0: not known), with Wilson's interval where it is a share of counts."""
    problem = next((part.problem for part in (over, minus, under) if part is not None and part.problem), None)
    if problem is not None:
        return Value(None, n=under.lines, problem=problem)
    above = over.total - (minus.total if minus else 0)
    value = divided(above, under.total, metric.unit, currency)
    low, high = None, None
    if metric.unit is Unit.SHARE and minus is None and _counts(over, under):
        low, high = wilson(int(over.total), int(under.total))
    return Value(value, n=under.lines, over=above, under=under.total, low=low, high=high)


def divided(over: Decimal, under: Decimal, unit: Unit, currency: str) -> Decimal | None:
    """A quotient as its unit is written: money half even to minor units, all else to 28 digits."""
    if not under:
        return None
    if unit is Unit.MONEY:
        return in_minor_units(over, currency, times=1 / Fraction(under))
    return over / under


def _counts(over: Sum, under: Sum) -> bool:
    """Whether `over` is so many of `under`: whole numbers, each line one."""
    return all(part.total == part.lines for part in (over, under)) and over.total <= under.total

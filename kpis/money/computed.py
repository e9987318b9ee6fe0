"""Which figures of money cannot be added up? How long deals take, and how many customers come again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from alignment.people.selectors import Somebody
from kpis.metrics.declaring import Group, Value
from kpis.metrics.shared import once
from kpis.money.queries.cycle import read_customers, read_medians
from kpis.reports.params import ReportParams
from kpis.reports.statistics import wilson

Computing = Callable[[ReportParams, Somebody | None], Mapping[Group, Value]]
MICROS = 1_000_000


def sales_cycle(params: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    """The median from opening to winning, in seconds, rounded half up."""
    return {
        group: Value(_half_up(total, middle * MICROS), n=n)
        for group, n, total, middle in once(read_medians, params, user)
        if middle
    }


def customers_before(params: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    """How many customers there were before the period began."""
    return {group: Value(Decimal(n), n=n) for group, n, _again, _upsold in once(read_customers, params, user)}


def repeat_rate(params: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    """Customers that won a second time in the period, as a share of those from before: a first win in it may make it more than 1."""
    return {group: _share(again, n) for group, n, again, _upsold in once(read_customers, params, user)}


def upsell_rate(params: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    """Customers with which an upsell was won in the period, as a share of those from before."""
    return {group: _share(upsold, n) for group, n, _again, upsold in once(read_customers, params, user)}


def _share(over: int, under: int) -> Value:
    low, high = wilson(over, under) if over <= under else (None, None)
    value = Decimal(over) / Decimal(under) if under else None
    return Value(value, n=under, over=Decimal(over), under=Decimal(under), low=low, high=high)


def _half_up(over: int, under: int) -> Decimal:
    """Half up, as percentiles are: spans may be negative where dates are."""
    return Decimal((2 * over + under) // (2 * under))

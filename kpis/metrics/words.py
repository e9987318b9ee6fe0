"""How is a metric's value written on a page and in a chart? One way for each unit."""

from __future__ import annotations

from decimal import Decimal

from alignment.ui import charts
from alignment.ui.words import count, exact_money, percent, span
from kpis.metrics.declaring import Unit

CHARTED: dict[Unit, charts.Unit] = {
    Unit.COUNT: "count",
    Unit.NUMBER: "number",
    Unit.MONEY: "money",
    Unit.SHARE: "percent",
    Unit.SECONDS: "seconds",
}
TOLD = {
    Unit.COUNT: "how many",
    Unit.NUMBER: "a number",
    Unit.MONEY: "money",
    Unit.SHARE: "a share",
    Unit.SECONDS: "a time",
}


def written(value: Decimal | None, unit: Unit, currency: str) -> str:
    """Nothing known is a dash."""
    if unit is Unit.MONEY:
        return exact_money(value, currency)
    if unit is Unit.SHARE:
        return percent(value)
    if unit is Unit.SECONDS:
        return span(None if value is None else float(value))
    if value is not None and value != value.to_integral_value():
        return f"{value:,.2f}"
    return count(value)


def charted(value: Decimal | None) -> float | int | None:
    """As a chart takes it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

"""How is a KPI's value written? In the unit of what it measures, one way on pages, in mails and in sentences."""

from __future__ import annotations

from decimal import Decimal

from alignment.people.selectors import reporting_currency
from alignment.ui import charts, words
from kpis.metrics.declaring import Better, Unit

UNITS: dict[Unit, charts.Unit] = {
    Unit.COUNT: "count",
    Unit.NUMBER: "number",
    Unit.MONEY: "money",
    Unit.SHARE: "percent",
    Unit.SECONDS: "seconds",
}
"""What charts call them."""


def said(value: Decimal | float | None, unit: Unit, currency: str | None = None) -> str:
    """`1,234`, `12.3 %`, `€1,234`, `3.5 h`; a number as it is, without needless zeros."""
    if value is None:
        return words.NOTHING
    match unit:
        case Unit.COUNT:
            return words.count(value) if value == int(value) else f"{value:,.1f}"
        case Unit.MONEY:
            return words.money(Decimal(value), currency or reporting_currency())
        case Unit.SHARE:
            return words.percent(value)
        case Unit.SECONDS:
            return words.span(float(value))
        case _:
            return f"{value:,.4f}".rstrip("0").rstrip(".")


def difference_said(value: Decimal | float, unit: Unit, currency: str | None = None) -> str:
    """The same of a difference, with its sign; of shares in points."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if unit is Unit.SHARE:
        return f"{sign}{abs(float(value)) * 100:.1f} points"
    return f"{sign}{said(value if value >= 0 else -value, unit, currency)}"


def at_least(direction: Better | str) -> str:
    """How a target binds: `at most` where less is better."""
    return "at most" if str(direction) == "down" else "at least"

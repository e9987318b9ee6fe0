"""How is the value of a figure written on the pages about campaigns?"""

from __future__ import annotations

from decimal import Decimal

from alignment.ui import words
from kpis.metrics.declaring import Unit


def written(unit: Unit, value: Decimal | None, currency: str) -> str:
    """`€1,234.50`, `12.3 %`, `1,234`; what is not known is "–"."""
    if value is None:
        return words.NOTHING
    match unit:
        case Unit.MONEY:
            return words.exact_money(value, currency)
        case Unit.SHARE:
            return words.percent(value)
        case Unit.SECONDS:
            return words.span(float(value))
        case Unit.COUNT:
            return words.count(value)
        case _:
            return f"{value:,.2f}".replace("-", "−")

"""How pages write values of KPIs."""

from __future__ import annotations

from decimal import Decimal

from django import template

from kpis.agreed.scorecard import Row
from kpis.agreed.wording import said
from kpis.metrics.declaring import Unit

register = template.Library()


@register.simple_tag
def kpi_value(row: Row, value: Decimal | None) -> str:
    """In the KPI's unit."""
    return row.say(value)


@register.simple_tag
def unit_value(value: str | None, unit: str) -> str:
    """A number that is kept as a text."""
    return said(None if value is None else Decimal(value), Unit(unit))

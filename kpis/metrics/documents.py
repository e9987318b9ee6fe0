"""How is a metric written in JSON? One shape for the API and for whoever prints the catalogue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kpis.metrics.behind import MetricLine, Opening, openings
from kpis.metrics.by_period import InPeriod
from kpis.metrics.catalogue import Catalogue
from kpis.metrics.declaring import Computed, Group, Metric, Ratio, Summed, Unit, Value
from kpis.money.amounts import as_money
from kpis.reports.params import ReportParams, rfc3339

KINDS = {Summed: "summed", Ratio: "ratio", Computed: "computed"}


def metric_document(metric: Metric, there: Catalogue) -> dict[str, Any]:
    """What a metric says of itself."""
    return {
        "key": metric.key,
        "title": metric.title,
        "sentence": metric.sentence,
        "room": metric.room,
        "kind": KINDS[type(metric)],
        "unit": metric.unit.value,
        "better": metric.better.value,
        "controls": dict(metric.controls),
        "windowed": metric.windowed,
        "cuts": None if metric.cuts is None else list(metric.cuts),
        "over": metric.over if isinstance(metric, Ratio) else None,
        "minus": metric.minus if isinstance(metric, Ratio) else None,
        "under": metric.under if isinstance(metric, Ratio) else None,
        "parts": [one.part for one in openings(metric.key, there)],
    }


def value_document(value: Value, metric: Metric, currency: str) -> dict[str, Any]:
    """A value with what it was computed from. Parts of a ratio are numbers as text."""
    return {
        "value": number(value.value, metric.unit, currency),
        "n": value.n,
        "over": None if value.over is None else f"{value.over:f}",
        "under": None if value.under is None else f"{value.under:f}",
        "low": value.low,
        "high": value.high,
        "problem": value.problem,
    }


def groups_document(
    groups: dict[Group, Value], params: ReportParams, metric: Metric, currency: str
) -> list[dict[str, Any]]:
    """Each group with its value."""
    return [
        {"group": dict(zip(params.by, group, strict=True)), **value_document(value, metric, currency)}
        for group, value in groups.items()
    ]


def period_document(one: InPeriod, params: ReportParams, metric: Metric, currency: str) -> dict[str, Any]:
    """A period with the values of its groups."""
    return {
        "period": one.period.name,
        "start": one.period.first_day.isoformat(),
        "end": one.period.end_day.isoformat(),
        "closed": one.closed,
        "revisions": one.revisions,
        "groups": groups_document(dict(one.groups), params, metric, currency),
    }


def line_document(line: MetricLine, opened: Opening, currency: str) -> dict[str, Any]:
    """One line behind a value."""
    return {
        "id": line.line_id,
        "lead_id": line.lead_id,
        "deal_id": line.deal_id,
        "at": rfc3339(line.at),
        "value": number(line.value, opened.unit, currency),
        "what": line.what,
    }


def number(value: Decimal | None, unit: Unit, currency: str) -> object:
    """Money with its currency, a share as a number from 0 to 1, whole numbers as such, any other exactly, as text."""
    if value is None:
        return None
    if unit is Unit.MONEY:
        return as_money(value, currency)
    if unit is Unit.SHARE:
        return float(value)
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"

"""Money: what was spent in a period, what came of it, and what did it cost? The catalogue's figures, side by side.

Every figure is the metric of that name, as the catalogue evaluates it; nothing is computed here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from alignment.people.selectors import Somebody, reporting_currency
from kpis.attribution.live import prepare
from kpis.attribution.terms import MODELS, attribution_in_force
from kpis.metrics.catalogue import catalogue, find
from kpis.metrics.declaring import Group, Metric, Unit, Value
from kpis.metrics.evaluating import evaluate
from kpis.money.amounts import as_money, in_minor_units
from kpis.money.before import period_before
from kpis.reports.cuts import has_period
from kpis.reports.params import ReportParams, rfc3339
from kpis.reports.sight import sight
from kpis.snapshot import one_snapshot

FIGURES = (
    "spend", "leads_created", "cost_per_lead", "accepted_leads", "cost_per_accepted_lead", "opportunities",
    "opened_without_amount", "cost_per_opportunity", "pipeline_created", "won_deals", "lost_deals", "win_rate", "won_revenue",
    "won_without_amount", "average_deal", "sales_cycle", "credited_wins", "cost_per_sale", "cost_per_sale_of_leads",
    "credited_revenue", "credited_pipeline", "no_touch_revenue", "roi", "first_wins", "repeat_wins", "repeat_rate", "upsell_rate",
    "retention",
)  # fmt: skip
AMOUNTS = (
    "spend", "cost_per_lead", "cost_per_accepted_lead", "cost_per_opportunity", "pipeline_created", "won_revenue", "average_deal",
    "cost_per_sale", "cost_per_sale_of_leads", "credited_revenue", "credited_pipeline", "no_touch_revenue",
)  # fmt: skip
BY_MODEL = ("credited_revenue", "credited_pipeline", "no_touch_revenue", "roi")
SUFFIX = {Unit.SECONDS: "_seconds"}


def money(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The money report. `before` has the same figures of the period before, where groups are no periods themselves."""
    prepare(params, user)
    return _money(params, user)


@one_snapshot()
def _money(params: ReportParams, user: Somebody | None) -> dict[str, Any]:
    currency, model = reporting_currency(), attribution_in_force(params.as_of)
    earlier = None if has_period(params.by) else period_before(params)
    now_groups, problems = _groups(params, user, currency)
    return {
        **params.heading(),
        "sight": sight(user),
        "currency": currency,
        "window_days": params.window_days,
        "mature_from": rfc3339(params.end + params.window),
        "attribution_model": model.terms.default_model,
        "attribution_version": model.number,
        "problems": problems,
        "groups": now_groups,
        "before": earlier
        and {
            "start": earlier.start_text,
            "end": earlier.end_text,
            "groups": _groups(earlier, user, currency)[0],
        },
    }


def _groups(params: ReportParams, user: Somebody | None, currency: str) -> tuple[list[dict[str, Any]], list[str]]:
    keys = [*FIGURES, *(f"{figure}.{model}" for model in MODELS for figure in BY_MODEL)]
    there = catalogue(params.stages)
    metrics = {key: find(key, there) for key in keys}
    found: Mapping[Group, Mapping[str, Value]] = evaluate(keys, params, user)
    if not has_period(params.by):
        found = _without_empty(found)
    groups = [
        {
            "group": dict(zip(params.by, group, strict=True)),
            **{
                key + SUFFIX.get(metrics[key].unit, ""): _written(metrics[key], values.get(key), currency)
                for key in FIGURES
            },
            "models": [
                {
                    "model": model,
                    **{
                        figure: _written(metrics[f"{figure}.{model}"], values.get(f"{figure}.{model}"), currency)
                        for figure in BY_MODEL
                    },
                }
                for model in MODELS
            ],
        }
        for group, values in found.items()
    ]
    problems = dict.fromkeys(value.problem for values in found.values() for value in values.values() if value.problem)
    return groups, list(problems)


def _without_empty(found: Mapping[Group, Mapping[str, Value]]) -> Mapping[Group, Mapping[str, Value]]:
    """Groups in which something is, besides zeros."""
    return {
        group: values
        for group, values in found.items()
        if not group or any(value.value or value.n or value.problem for value in values.values())
    }


def _written(metric: Metric, value: Value | None, currency: str) -> object:
    """As reports write it: counts whole, shares and numbers as fractions, money with its currency."""
    if value is None or value.value is None:
        return None
    match metric.unit:
        case Unit.MONEY:
            return as_money(in_minor_units(value.value, currency), currency)
        case Unit.COUNT | Unit.SECONDS:
            return int(value.value)
        case _:
            return float(round(value.value, 12))


def whole_amount(money: Mapping[str, str] | None) -> float | None:
    """An amount for a chart, which has no cents."""
    return None if money is None else float(round(Decimal(money["amount"])))

"""Attribution: which touches brought what was won in a period? All models side by side, with what no touch led to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from alignment.people.selectors import Somebody, reporting_currency
from kpis.attribution.journeys import in_currency, line_of
from kpis.attribution.live import learnt_at, prepare
from kpis.attribution.models import WHOLE
from kpis.attribution.queries.credited import Credited, Won, read_credited, read_lines, read_won
from kpis.attribution.terms import MODELS, TITLES, attribution_in_force
from kpis.money.amounts import as_money
from kpis.reports.behind import After
from kpis.reports.funnel import group_of, sort_key
from kpis.reports.lines import Line, Listing, Which
from kpis.reports.params import ReportParams
from kpis.reports.sight import sight
from kpis.snapshot import one_snapshot

BY = ("channel",)
NO_TOUCH = "no_touch"


def attribution(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The attribution report. `wins_MODEL` are the group's shares of deals, `credit_MODEL` its part of what was won; all groups
    of a model add up to `won_revenue`. `no_touch`: a group of deals that no touch led to. Cut by channel where nothing is asked for.
    """
    params = replace(params, by=params.by or BY)
    prepare(params, user)
    with one_snapshot():
        groups, won, held = read_credited(params, user), read_won(params, user), attribution_in_force(params.as_of)
        learnt = learnt_at(params, user)
    currency = reporting_currency()
    return {
        **params.heading(),
        "sight": sight(user),
        "by": list(params.by),
        "currency": currency,
        "attribution_version": held.number,
        "default_model": held.terms.default_model,
        "look_back_days": held.terms.look_back_days,
        "data_driven_learnt_at": learnt,
        "models": [{"key": model, "title": TITLES[model]} for model in MODELS],
        "won_deals": won.deals,
        "won_without_amount": won.without_amount,
        "won_without_touch": won.no_touch,
        "won_revenue": as_money(in_currency(won.units or 0, currency), currency),
        "problems": problems(won),
        "groups": [_group(params, one, currency) for one in sorted(groups, key=_order)],
    }


def problems(won: Won) -> list[str]:
    """What is not in the amounts, and what to do about it."""
    if not won.without_rate:
        return []
    many = won.without_rate != 1
    return [
        f"{won.without_rate} won deal{'s are' if many else ' is'} in a currency without a rate on or before the day of the win: "
        f"import rates, then {'they count' if many else 'it counts'}."
    ]


def _order(one: Credited) -> tuple[bool, tuple[tuple[bool, str], ...]]:
    return one.no_touch, sort_key(one.group)


def _group(params: ReportParams, one: Credited, currency: str) -> dict[str, Any]:
    amounts = {
        f"credit_{model}": None if units is None else as_money(in_currency(units, currency), currency)
        for model, units in zip(MODELS, one.amounts, strict=True)
    }
    wins = {f"wins_{model}": share / WHOLE for model, share in zip(MODELS, one.shares, strict=True)}
    return {
        "group": group_of(params, one.group), NO_TOUCH: one.no_touch, "touches": one.touches, "deals": one.deals, **amounts, **wins,
    }  # fmt: skip


def total_of(groups: Iterable[dict[str, Any]], model: str) -> Decimal:
    """What all groups together are credited with."""
    found = (group[f"credit_{model}"] for group in groups)
    return sum((Decimal(one["amount"]) for one in found if one is not None), Decimal(0))


def _lines(
    params: ReportParams, user: Somebody | None, measure: str, which: Which, after: After | None, limit: int
) -> list[Line]:
    prepare(params, user)
    no_touch = {"yes": True, "no": False}.get(which.get(NO_TOUCH, ""))
    with one_snapshot():
        found = read_lines(params, user, model=measure, no_touch=no_touch, after=after, limit=limit)
        held = attribution_in_force(params.as_of).terms
    currency = reporting_currency()
    return [line_of(one, measure, held, currency) for one in found]


LISTING = Listing(
    titles={model: f"Credit by {TITLES[model].lower()}" for model in MODELS},
    columns=("Deal", "Touch", "On", "Which", "Share", "Amount", "Why"),
    which=(NO_TOUCH,),
    lines=_lines,
)

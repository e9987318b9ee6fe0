"""Why has a touch its share? One touch of one deal, told so that one can follow it."""

from __future__ import annotations

from decimal import Decimal

from alignment.money import DEFAULT_MINOR_UNITS, MINOR_UNITS
from alignment.ui import words
from kpis.attribution.models import WHOLE
from kpis.attribution.queries.credited import CreditLine
from kpis.attribution.terms import AttributionTerms
from kpis.reports.lines import Line
from leads.activities.kinds import BY_KEY

NOBODY = "No touch"


def line_of(one: CreditLine, model: str, terms: AttributionTerms, currency: str) -> Line:
    """As a line of the list behind a figure."""
    return Line(
        one.lead_id,
        one.won_at,
        one.credit_id,
        (
            one.deal,
            what(one),
            words.NOTHING if one.touched_at is None else f"{one.touched_at:%Y-%m-%d %H:%M}",
            words.NOTHING if one.activity_id is None else f"{one.place + 1} of {one.touches}",
            words.percent(one.share / WHOLE),
            words.NOTHING if one.amount is None else words.exact_money(in_currency(one.amount, currency), currency),
            why(one, model, terms),
        ),
    )


def in_currency(units: int, currency: str) -> Decimal:
    """Minor units as an amount."""
    return Decimal(units).scaleb(-MINOR_UNITS.get(currency, DEFAULT_MINOR_UNITS))


def what(one: CreditLine) -> str:
    """`Webinar, e-mail, Spring campaign`."""
    if one.kind is None:
        return NOBODY
    title = BY_KEY[one.kind].title if one.kind in BY_KEY else one.kind
    return ", ".join(filter(None, (title, one.channel, one.campaign, one.asset)))


def why(one: CreditLine, model: str, terms: AttributionTerms) -> str:
    """What the model looks at."""
    if one.activity_id is None:
        return f"Nobody of the account was touched in the {terms.look_back_days} days before."
    if one.touches == 1:
        return "The only touch."
    first, last = one.place == 0, one.place == one.touches - 1
    said = {
        "first": "The first touch has all.",
        "last": "The last touch has all.",
        "linear": f"All {one.touches} touches have the same.",
        "position": _position(one.touches, first=first, last=last),
        "w_shaped": _roles(one, first=first),
        "time_decay": f"Half as much for every {terms.half_life_days} days before {_until(one)}.",
        "data_driven": f"As much as wins would be lost without {one.channel or 'touches without a channel'}.",
    }
    return said[model]


def _position(touches: int, *, first: bool, last: bool) -> str:
    if touches == 2:
        return "Two touches have half each."
    return "The first touch: 40 %." if first else "The last touch: 40 %." if last else "In between: its part of 20 %."


def _roles(one: CreditLine, *, first: bool) -> str:
    last_of_all = one.opened_at is not None and one.place == one.touches - 1
    roles = [
        name
        for name, held in (
            ("the first touch", first),
            ("the last before the lead was there", one.place == one.before_lead - 1),
            ("the last before the deal was opened", last_of_all),
        )
        if held
    ]
    return f"{' and '.join(roles).capitalize()}: 30 % each." if roles else "None of the three roles: its part of 10 %."


def _until(one: CreditLine) -> str:
    return "the deal was opened" if one.opened_at is not None else "the deal was won"

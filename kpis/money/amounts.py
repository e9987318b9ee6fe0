"""How is an amount of money rounded and written? Each line half even to the minor units of its currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from alignment.money import DEFAULT_MINOR_UNITS, MINOR_UNITS


def in_minor_units(amount: Decimal, currency: str, *, times: Decimal | Fraction = Decimal(1)) -> Decimal:
    """`amount` × `times` as one line of a figure: rounded half even, once and exactly, with the currency's number of places."""
    places = MINOR_UNITS.get(currency, DEFAULT_MINOR_UNITS)
    (over, under), (over_times, under_times) = amount.as_integer_ratio(), times.as_integer_ratio()
    divisor = under * under_times
    whole, rest = divmod(over * over_times * 10**places, divisor)
    if 2 * rest > divisor or (2 * rest == divisor and whole % 2):
        whole += 1
    return Decimal(whole).scaleb(-places)


def as_money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    """`{"amount":"12.30","currency":"EUR"}`, or None where nothing is known."""
    return None if amount is None else {"amount": f"{amount:f}", "currency": currency}

"""How does a statement bring an amount into the reporting currency? As `kpis.money.amounts` does, line by line.

An amount is taken at the last rate published on or before its day and rounded half even to the currency's minor units; without
such a rate it is null, never taken as it stands.
"""

from __future__ import annotations

from decimal import Decimal

from alignment.money import DEFAULT_MINOR_UNITS, MINOR_UNITS
from alignment.people.selectors import reporting_currency, reporting_zone

RATE = """CASE WHEN {currency} = %(money_currency)s THEN 1::numeric ELSE (
    SELECT r.rate FROM programs_rate r WHERE r.currency = {currency} AND r.date <= {day} ORDER BY r.date DESC LIMIT 1) END"""
"""Index: rate_once_a_day."""

HALF_EVEN = """(CASE WHEN abs({x}) - trunc(abs({x})) = 0.5 AND mod(trunc(abs({x})), 2) = 0
    THEN trunc({x}) ELSE round({x}) END * %(money_unit)s)"""

UNITS = "({amount} * {rate} * %(money_units)s)"


def rate_sql(currency: str, day: str) -> str:
    """The rate of `currency` on `day` (both expressions); null: there is none."""
    return RATE.format(currency=currency, day=day)


def rated_sql(currency: str, day: str) -> str:
    """A join that looks the rate up once, as `rated.rate`: written into the rounding it would be looked up each time it is named."""
    return f"CROSS JOIN LATERAL (SELECT {rate_sql(currency, day)} AS rate OFFSET 0) rated"


def day_sql(at: str) -> str:
    """The day of the reporting zone on which an instant lies."""
    return f"({at} AT TIME ZONE %(money_zone)s)::date"


def half_even_sql(amount: str, rate: str) -> str:
    """`amount` × `rate`, rounded half even; null where either is."""
    return HALF_EVEN.format(x=UNITS.format(amount=amount, rate=rate))


def money_values() -> dict[str, object]:
    """What these expressions name."""
    currency = reporting_currency()
    places = MINOR_UNITS.get(currency, DEFAULT_MINOR_UNITS)
    return {
        "money_currency": currency,
        "money_zone": reporting_zone().key,
        "money_units": Decimal(10) ** places,
        "money_unit": Decimal(1).scaleb(-places),
    }

"""What is an amount worth in the reporting currency on the day that counts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracles.facts import RateRow

MINOR_UNITS = {"JPY": 0, "KRW": 0, "CLP": 0, "BHD": 3, "KWD": 3, "TND": 3}


class MissingRateError(Exception):
    """No rate was published on or before the day; it is never taken as 1."""


@dataclass(frozen=True)
class Purse:
    """The reporting currency, its zone (for the day) and the published rates."""

    currency: str
    zone: ZoneInfo
    rates: tuple[RateRow, ...]

    def convert(self, amount: Decimal, currency: str, at: datetime) -> Decimal:
        """At the last rate on or before the local day of `at`, rounded half even to minor units."""
        if currency == self.currency:
            return self.rounded(Fraction(amount))
        return self.rounded(Fraction(amount) * self._rate(currency, at.astimezone(self.zone).date()))

    def rounded(self, amount: Fraction) -> Decimal:
        """Half even, done on the fraction itself."""
        digits = MINOR_UNITS.get(self.currency, 2)
        return Decimal(round(amount * 10**digits)).scaleb(-digits)

    def _rate(self, currency: str, day: date) -> Fraction:
        known = [rate for rate in self.rates if rate.currency == currency and rate.day <= day]
        if not known:
            raise MissingRateError(f"no rate for {currency} on or before {day.isoformat()}")
        return Fraction(max(known, key=lambda rate: rate.day).rate)

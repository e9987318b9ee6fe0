"""Is this an amount, is this a currency? Asked for every sum that comes in."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from alignment.cleaning import Unfit

SMALLEST = Decimal("0.0001")
LARGEST = Decimal(10) ** 14
DEFAULT_MINOR_UNITS = 2
WHOLE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
MINOR_UNITS = {**dict.fromkeys(WHOLE, 0), **dict.fromkeys(THOUSANDTHS, 3)}
"""ISO 4217, where it is not two."""


def clean_amount(field: str, value: Decimal | None, *, credits_too: bool = False) -> Decimal | None:
    """To four places, as amounts are kept. `credits_too`: may be less than 0."""
    if value is None:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise Unfit(field, "invalid_amount", f"{field} must be less than 100 trillion.", str(value))
    if value < 0 and not credits_too:
        raise Unfit(field, "invalid_amount", f"{field} must be from 0 to less than 100 trillion.", str(value))
    return value.quantize(SMALLEST, rounding=ROUND_HALF_EVEN)


def clean_currency(word: str) -> str:
    """Three capital letters, as ISO 4217 writes them."""
    code = word.upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Unfit("currency", "invalid_currency", "A currency is three letters, such as EUR.", word)
    return code

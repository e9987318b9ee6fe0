"""How is money written? `{"amount": "12.30", "currency": "EUR"}`: a text with the currency's places, never a float."""

from __future__ import annotations

from decimal import Decimal

WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
PLACES = {**dict.fromkeys(WHOLE.split(), 0), **dict.fromkeys(THOUSANDTHS.split(), 3)}
"""Minor units where they are not two."""


def money(amount: Decimal | None, currency: str | None) -> dict[str, str] | None:
    """The document of an amount; more places than the currency has are kept where they are not zero."""
    if amount is None or currency is None:
        return None
    rounded = round(amount, PLACES.get(currency, 2))
    return {"amount": f"{rounded if rounded == amount else amount.normalize():f}", "currency": currency}

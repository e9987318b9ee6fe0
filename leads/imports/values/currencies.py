"""Which currency does a mark beside an amount mean: one, several (`$`, `kr`, `¥`), or is it no mark at all?"""

from __future__ import annotations

from functools import lru_cache

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD
IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS
SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR
ZMW ZWL
"""
_DOLLARS = (
    "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BRL BND BSD BBD BZD BMD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD"
)
_MARKS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "r$": "BRL", "us$": "USD", "u$s": "USD", "us-$": "USD", "a$": "AUD",
    "au$": "AUD", "ca$": "CAD", "can$": "CAD", "nz$": "NZD", "hk$": "HKD", "sg$": "SGD", "mx$": "MXN", "nt$": "TWD", "₹": "INR",
    "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "zł": "PLN", "kč": "CZK", "ft": "HUF", "sfr": "CHF", "sfr.": "CHF",
    "฿": "THB", "₫": "VND", "₴": "UAH", "₦": "NGN", "₱": "PHP", "₸": "KZT", "₡": "CRC", "₲": "PYG", "cn¥": "CNY", "jp¥": "JPY",
    "元": "CNY", "rmb": "CNY", "円": "JPY", "$": _DOLLARS, "¥": "JPY CNY", "￥": "JPY CNY", "kr": "SEK NOK DKK ISK",
    "kr.": "SEK NOK DKK ISK", "rs": "INR PKR LKR NPR MUR SCR", "rs.": "INR PKR LKR NPR MUR SCR", "fr.": "CHF XOF XAF",
    "c$": "CAD", "s$": "SGD", "lei": "RON MDL",
}  # fmt: skip

CURRENCIES = frozenset(_CODES.split())
_CURRENCIES_OF = {code.casefold(): frozenset({code}) for code in CURRENCIES} | {
    mark: frozenset(codes.split()) for mark, codes in _MARKS.items()
}
LOOSE = frozenset(mark for mark, codes in _CURRENCIES_OF.items() if len(codes) > 1)


@lru_cache(maxsize=1024)
def currencies_of(mark: str) -> frozenset[str]:
    """The currencies that a mark or code may mean; none where it is no mark of money."""
    return _CURRENCIES_OF.get(mark.strip().casefold(), frozenset())

"""What do the values of a column look like: e-mail addresses, dates, amounts? Pure; asked of every column before anybody says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum

from phonenumbers import SUPPORTED_REGIONS

from leads.imports.kinds import FieldType
from leads.imports.profiles.decisions import DIALECTS
from leads.imports.values.faults import NO, YES

ENOUGH = 0.8
"""The share of the values that must look alike; exports have a few odd ones."""

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}")
_URL = re.compile(
    r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+(?:com|net|org|io|eu|de|fr|es|it|pt|br|co\.uk|uk|biz|info)(?:/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[\d\s()./-]{7,24}(?:\s*(?:x|ext\.?)\s*\d+)?", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:[$€£¥₹]|R\$|US\$|CHF|EUR|USD|GBP|BRL|kr)\s*[-(]?\d|\d\)?\s*(?:[$€£¥₹]|CHF|EUR|USD|GBP|BRL|kr|Mio|[KMB]\b)"
)
_ONE_WORD = (
    "argentina australia austria österreich belgium belgien belgique brazil brasil brasilien bulgaria canada kanada chile "
    "china colombia croatia czechia denmark danmark dänemark egypt estonia finland suomi france frankreich francia germany "
    "deutschland allemagne alemania germania alemanha greece hungary iceland india indien indonesia ireland irland israel "
    "italy italia italien italie itália japan kenya korea latvia lithuania luxembourg malaysia mexico méxico mexiko morocco "
    "netherlands nederland niederlande nigeria norway norge norwegen pakistan peru philippines poland polska polen portugal "
    "romania russia serbia singapore slovakia slovenia spain españa spanien espagne spagna espanha sweden sverige schweden "
    "switzerland schweiz suisse svizzera taiwan thailand turkey türkiye ukraine usa uk"
)
_MORE_WORDS = (
    "united states, united kingdom, united states of america, south africa, new zealand, south korea, saudi arabia, "
    "united arab emirates, hong kong, costa rica, el salvador, dominican republic, puerto rico, sri lanka, vietnam"
)
_COUNTRIES = frozenset({*_ONE_WORD.split(), *_MORE_WORDS.split(", ")})


class Looks(Enum):
    """How the values of a column look, in the words of the page."""

    NOTHING = "is empty"
    EMAIL = "looks like e-mail addresses"
    URL = "looks like web addresses"
    DATE = "looks like dates"
    MONEY = "looks like amounts of money"
    PHONE = "looks like telephone numbers"
    COUNTRY = "looks like countries"
    YES_NO = "says yes or no"
    NUMBER = "looks like numbers"
    FEW = "has a few values that come again and again"
    TEXT = "is text"


def is_date(text: str) -> bool:
    """Whether a text is a date that says so itself: bare numbers may be anything."""
    return not text.isdecimal() and bool(DIALECTS[FieldType.INSTANT].fitting(text))


def is_number(text: str) -> bool:
    return any(letter.isdecimal() for letter in text) and bool(DIALECTS[FieldType.NUMBER].fitting(text))


def _is_country(text: str) -> bool:
    return text in SUPPORTED_REGIONS or text.casefold() in _COUNTRIES


def _is_phone(text: str) -> bool:
    return (
        bool(_PHONE.fullmatch(text)) and 7 <= sum(letter.isdecimal() for letter in text) <= 20 and not text.isdecimal()
    )


_TESTS: tuple[tuple[Looks, Callable[[str], object]], ...] = (
    (Looks.EMAIL, _EMAIL.fullmatch),
    (Looks.URL, _URL.fullmatch),
    (Looks.DATE, is_date),
    (Looks.YES_NO, lambda text: text.casefold() in YES | NO and not text.isdecimal()),
    (Looks.COUNTRY, _is_country),
    (Looks.MONEY, _MONEY.search),
    (Looks.NUMBER, is_number),
    (Looks.PHONE, _is_phone),
)


def look_of(values: Sequence[str], distinct: int, filled: int) -> Looks:
    """How these values look; `distinct` of `filled` are different in the whole column."""
    if not values:
        return Looks.NOTHING
    for looks, test in _TESTS:
        if sum(1 for value in values if test(value)) >= ENOUGH * len(values):
            return looks
    return Looks.FEW if distinct <= 30 and distinct * 2 <= filled else Looks.TEXT

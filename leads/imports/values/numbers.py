"""What number, what amount does a text in a file mean? Digits, and all that people and programs write around them.

Signs before and after, brackets for less than nothing, `K`, `Mio.` and the like, per cent, and marks of currencies. None of it
hides that the digits may have two readings: the decimal sign is decided by the column, `decimals` reads with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import lru_cache

from leads.imports.reading import Plain
from leads.imports.values import decimals
from leads.imports.values.currencies import currencies_of
from leads.imports.values.decimals import COMMA, POINT, SIGNS
from leads.imports.values.faults import BadValue, failed_formula, is_error_cell, quoted

CACHED = 16_384
LONGEST = 60
LARGEST = Decimal(10) ** 24
_EXACT = Context(prec=100)

_SCALES = {
    "k": 3, "tsd": 3, "tsd.": 3, "thousand": 3, "tausend": 3, "lakh": 5, "lac": 5, "m": 6, "mm": 6, "mn": 6, "mln": 6,
    "mio": 6, "mio.": 6, "million": 6, "millions": 6, "millionen": 6, "crore": 7, "b": 9, "bn": 9, "mrd": 9, "mrd.": 9,
    "mld": 9, "milliarden": 9,
}  # fmt: skip
_PARTS = {"%": -2, "‰": -3}
_UNUSUAL = str.maketrans("−–—﹣－\u00a0\u202f\u2009\u2007", "-----    ", "\u200e\u200f\u200b\ufeff")
_BODY = re.compile(r"([^0-9]*?)([.,]?[0-9](?:[0-9., '’]*[0-9])?[.,]?(?:[eE][+-]?[0-9]{1,2}(?![0-9]))?)(.*)", re.DOTALL)
_WHOLE = re.compile(r"([0-9.,' ’]*[0-9])[.,]-{1,2}(?![0-9])")
_TYPED_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE = re.compile(r"[0-9][\s]*(?:-|–|—|to|bis|à)[\s]*[0-9]|[0-9]\s*\+$|^\s*[<>~≈≥≤]")


@dataclass(frozen=True)
class Parts:
    """A text taken apart. `power` is that of ten by which the number is multiplied."""

    body: str
    negative: bool = False
    power: int = 0
    part: str = ""
    """`%` or `‰`"""
    mark: str = ""
    """what stands there for a currency"""
    currencies: frozenset[str] = frozenset()
    """those that it may mean"""


@dataclass(frozen=True)
class Amount:
    """A sum with what its mark says: one currency, several that it may be, or nothing."""

    value: Decimal
    mark: str = ""
    currencies: frozenset[str] = frozenset()
    part: str = ""
    """`%` or `‰`, where the value is a part of something"""


@lru_cache(maxsize=CACHED)
def take_apart(text: str) -> Parts | None:
    """The digits and what stands around them; None where it is not one number."""
    if text.isdecimal() or len(text) > LONGEST:
        return Parts(text)
    text = text.translate(_UNUSUAL).strip()
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    text = _WHOLE.sub(r"\1,00", text) if _WHOLE.search(text) else text
    found = _BODY.fullmatch(text)
    if found is None:
        return None
    before, body, after = found.groups()
    around = _around(before, after)
    if around is None or (negative and around.negative):
        return None
    return Parts(body, negative or around.negative, around.power, around.part, around.mark, around.currencies)


def _around(before: str, after: str) -> Parts | None:
    """What the words before and after the digits say; each thing once, and nothing that is not understood."""
    if not before and not after:
        return Parts("")
    before, minus_first = _without_sign(before.strip(), first=True)
    after, minus_last = _without_sign(after.strip(), first=False)
    if minus_first and minus_last:
        return None
    mark, currencies, power, part = "", frozenset[str](), 0, ""
    for word in [before, *_words(after)]:
        if not word:
            continue
        if word in _PARTS and word != before and not part:
            part, power = word, power + _PARTS[word]
        elif word.casefold() in _SCALES and word != before and not power:
            power = _SCALES[word.casefold()]
        elif meant := currencies_of(word) & (currencies or currencies_of(word)):
            mark, currencies = f"{mark} {word}".strip(), meant
        else:
            return None
    return Parts("", minus_first or minus_last, power, part, mark, currencies)


def _without_sign(words: str, *, first: bool) -> tuple[str, bool]:
    """The words without a plus or minus at either end (after the digits: at the end only), and whether it was a minus."""
    for sign in "+-":
        if first and words.startswith(sign):
            return words[1:].strip(), sign == "-"
        if words.endswith(sign) and (first or sign == "-"):
            return words[:-1].strip(), sign == "-"
    return words, False


@lru_cache(maxsize=1024)
def _words(after: str) -> tuple[str, ...]:
    """“Mio. €”, “M€”, “k EUR”: at most two words, perhaps without a blank between them."""
    if after in _PARTS or after.casefold() in _SCALES or currencies_of(after):
        return (after,)
    parted = tuple(after.split())
    if len(parted) > 1:
        return parted
    for length in (1, 2, 3, 4):
        if after[:length].casefold() in _SCALES and currencies_of(after[length:]):
            return after[:length], after[length:]
    return (after,)


def read_amount(text: str, sign: str) -> Amount | None:
    """The number with its mark, read with this decimal sign; None if it is none."""
    if isinstance(text, Plain):
        sign = POINT
    bare = decimals.read_number(text, sign)
    if bare is not None:
        return Amount(bare)
    parts = take_apart(text)
    number = decimals.read_number(parts.body, sign) if parts is not None else None
    if parts is None or number is None:
        return None
    if parts.power:
        number = number.scaleb(parts.power, _EXACT)
    number = number.copy_negate() if parts.negative else number
    return Amount(number, parts.mark, parts.currencies, parts.part)


def signs_that_fit(text: str, *, whole: bool = False, parts: bool = True) -> tuple[str, ...]:
    """The decimal signs with which `text` is a number (a whole one; not parts of a hundred); none where it is none."""
    fitting = fit_of(text, whole=whole, parts=parts)[0]
    return tuple(sign for sign in SIGNS if sign in fitting)


Fit = tuple[frozenset[str], frozenset[tuple[str, str]]]
"""The readings that fit, and the pairs of them that mean different things."""
_SAME: frozenset[tuple[str, str]] = frozenset()
_DIFFER = frozenset({(POINT, COMMA)})
_PLAIN: Fit = (frozenset(SIGNS), _SAME)
_NONE: Fit = (frozenset(), _SAME)


@lru_cache(maxsize=CACHED)
def _fit(text: str, whole: bool, parts: bool) -> Fit:
    fitting = decimals.signs_that_fit(text)
    if fitting and not whole:
        return fitting, _DIFFER if len(fitting) > 1 and decimals.differ(text) else _SAME
    taken = take_apart(text)
    if taken is None or (taken.part and not parts):
        return _NONE
    fitting = decimals.signs_that_fit(taken.body)
    if whole:
        fitting = frozenset(sign for sign in fitting if _is_whole(read_amount(text, sign)))
    return fitting, _DIFFER if len(fitting) > 1 and decimals.differ(taken.body) else _SAME


def _is_whole(amount: Amount | None) -> bool:
    return amount is not None and amount.value == amount.value.to_integral_value()


def fit_of(text: str, *, whole: bool = False, parts: bool = True) -> Fit:
    """The decimal signs with which `text` is a number, and whether they differ."""
    if isinstance(text, Plain) or (text.isdecimal() and text.isascii()):
        return _PLAIN
    return _fit(text, whole, parts)


def spelled_out(text: str, sign: str) -> str:
    """The number as it reads with this sign, as nobody can mistake it: “R$ 100,000.00”, “100.00”."""
    amount = read_amount(text, sign)
    if amount is None:
        return text
    whole, _point, after = f"{amount.value:,f}".partition(".")
    after = after.rstrip("0")
    after = after.ljust(4 if len(after) == 3 else 2, "0")  # three digits could be thousands
    return " ".join(part for part in (amount.mark, f"{whole}.{after}") if part)


def amount_reader(sign: str, factor: Decimal | None = None) -> Callable[[str], Decimal | Amount]:
    """A parser of a column of amounts, multiplied by `factor`; those with a mark stay `Amount`. Raises `BadValue`."""

    @lru_cache(maxsize=CACHED, typed=True)
    def read(text: str) -> Decimal | Amount:
        amount = _must_read(text, sign, factor)
        if amount.part:
            raise BadValue("invalid_number", f"{quoted(text)} is a part of something, here goes an amount of money")
        return amount if amount.mark else amount.value

    return read


def number_reader(sign: str, factor: Decimal | None = None) -> Callable[[str], Decimal | Amount]:
    """A parser of a column of numbers; 12 % is 0.12, one with a mark stays `Amount`. Raises `BadValue`."""

    @lru_cache(maxsize=CACHED, typed=True)
    def read(text: str) -> Decimal | Amount:
        amount = _must_read(text, sign, factor)
        return amount if amount.mark else amount.value

    return read


def count_reader(sign: str, factor: Decimal | None = None) -> Callable[[str], int]:
    """A parser of a column of whole numbers, none of them below 0. Raises `BadValue`."""

    @lru_cache(maxsize=CACHED, typed=True)
    def read(text: str) -> int:
        amount = _must_read(text, sign, factor)
        if not _is_whole(amount) or amount.part or amount.mark:
            raise BadValue("invalid_number", f"{quoted(text)} is not a whole number such as 1234")
        if amount.value < 0:
            raise BadValue("invalid_number", f"{quoted(text)} is less than nothing, here goes a count")
        return int(amount.value)

    return read


def _must_read(text: str, sign: str, factor: Decimal | None) -> Amount:
    amount = read_amount(text, sign)
    if amount is None:
        raise _why_not(text, sign)
    if factor is not None:
        amount = replace(amount, value=_EXACT.multiply(amount.value, factor))
    if abs(amount.value) >= LARGEST:
        raise BadValue("invalid_number", f"{quoted(text)} is larger than any number that is kept")
    return amount


def _why_not(text: str, sign: str) -> BadValue:
    if is_error_cell(text):
        return failed_formula(text)
    if isinstance(text, Plain) and _TYPED_DATE.match(text):
        return BadValue("invalid_number", f"{quoted(text)} is a date, here goes a number")
    if _RANGE.search(text):
        return BadValue("invalid_number", f"{quoted(text)} is a range or a guess, here goes one number")
    return BadValue("invalid_number", f"{quoted(text)} is not a number such as 1234{sign}50")

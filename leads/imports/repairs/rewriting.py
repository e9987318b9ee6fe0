"""Does a cell say what it said before, only as spreadsheets rewrite it? Asked of cells that came back from one.

A spreadsheet takes `007`, `+4915100000`, `1e5` and `2024-01-05` for numbers and days, and saves them as it shows them: nobody meant
that. It keeps fifteen digits of a number and drops the seconds of a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Context, Decimal

from leads.imports.values.dates import ORDERS, read_as_written

LONGEST = 100
KEPT_DIGITS = 15
"""So many digits of a number a spreadsheet keeps; it shows ten at least."""
SHOWN_DIGITS = 10
BINARY_DIGITS = 17
"""With so many every binary fraction is written exactly."""

_EXACT = Context(prec=4 * LONGEST)
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:[.,]([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?")
_GROUPED = re.compile(r"([+-]?)([0-9]{1,3}(?:([.,'’ \u00a0\u202f])[0-9]{3})(?:\3[0-9]{3})*)(?:[.,]([0-9]+))?")
_ADDED = re.compile(r"\+|-?0[0-9]")
"""A plus or zeros in front, which a spreadsheet takes away and never adds."""
_YES_NO = frozenset({"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro"})


def is_rewritten(before: str, after: str) -> bool:
    """Whether `after` differs from `before`, but says the same number, day or time (or yes and no) as a spreadsheet has it."""
    if before == after or not before.strip() or not after.strip() or max(len(before), len(after)) > LONGEST:
        return False
    before, after = str(before).strip(), str(after).strip()
    if before == after:
        return False
    if before.casefold() in _YES_NO:
        return after == before.upper()
    return _same_number(before, after) or _same_moment(before, after)


def _same_number(before: str, after: str) -> bool:
    if _ADDED.match(after):
        return False
    if before.endswith("%") and after.endswith("%"):
        before, after = before[:-1].rstrip(), after[:-1].rstrip()
    in_powers = "e" in after.casefold()
    return any(
        one == other or _is_rounded(one, other, in_powers=in_powers)
        for other in _numbers(after)
        for one in _numbers(before)
    )


def _numbers(text: str) -> Iterator[Decimal]:
    """What number the text may be: with its sign for decimals, or between groups of three digits."""
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1].strip()}"
    if (found := _NUMBER.fullmatch(text)) and (found[2] or found[3]):
        sign, whole, part, power = found.groups()
        yield Decimal(f"{sign}{whole or '0'}.{part or '0'}e{power or '0'}")
    if found := _GROUPED.fullmatch(text):
        sign, whole, _between, part = found.groups()
        yield Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole)}.{part or '0'}")


def _is_rounded(whole: Decimal, shown: Decimal, *, in_powers: bool) -> bool:
    """Whether `shown` is what a spreadsheet leaves of more digits than it keeps, or shows behind the decimal sign."""
    if not whole or not shown:
        return False
    if in_powers:
        return _rounds_to(whole, len(shown.as_tuple().digits), shown)
    if _digits(whole) > KEPT_DIGITS:
        exact = _digits(shown) <= BINARY_DIGITS and float(whole) == float(shown)
        return exact or _rounds_to(whole, KEPT_DIGITS, shown) or _rounds_to(whole, _digits(shown), shown, SHOWN_DIGITS)
    return shown != shown.to_integral_value(context=_EXACT) and _rounds_to(whole, _digits(shown), shown, SHOWN_DIGITS)


def _rounds_to(whole: Decimal, digits: int, shown: Decimal, least: int = 1) -> bool:
    """Whether `whole` with so many digits is `shown`; cut off or rounded."""
    ways = ("ROUND_HALF_UP", "ROUND_HALF_EVEN", "ROUND_DOWN")
    return digits >= least and any(Context(prec=digits, rounding=way).plus(whole) == shown for way in ways)


def _digits(number: Decimal) -> int:
    return len(number.normalize(_EXACT).as_tuple().digits)


def _same_moment(before: str, after: str) -> bool:
    """Whether both are the same day or time in one of the orders; without seconds, which are not always shown."""
    for order in ORDERS:
        one, other = read_as_written(before, order), read_as_written(after, order)
        if one is not None and other is not None and _shown_alike(one, other):
            return True
    return False


def _shown_alike(one: datetime, other: datetime) -> bool:
    whole = one.replace(microsecond=0)
    return other in (one, whole, whole.replace(second=0))

"""What number does a text in a file mean: is 1.234 one and a bit, or one thousand two hundred and thirty-four?

The decimal sign is `.` or `,`; the other one, blanks and apostrophes may stand between groups of three digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from leads.imports.values import BadValue

POINT, COMMA = ".", ","
SIGNS = (POINT, COMMA)
LONGEST = 40
CACHED = 65_536

_BLANKS = " \u00a0\u202f'’"


def _pattern(sign: str, grouping: str) -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}([{grouping}{_BLANKS}])[0-9]{{3}}(?:\1[0-9]{{3}})*"
    return re.compile(rf"[+-]?(?:(?:{grouped}|[0-9]+)(?:{re.escape(sign)}[0-9]*)?|{re.escape(sign)}[0-9]+)")


_PATTERNS = {POINT: _pattern(POINT, ","), COMMA: _pattern(COMMA, r"\.")}
_NOISE = {sign: str.maketrans("", "", _BLANKS + ("," if sign == POINT else ".")) for sign in SIGNS}


@lru_cache(maxsize=CACHED)
def read_number(text: str, sign: str) -> Decimal | None:
    """The number with this decimal sign, or None if it is none."""
    if len(text) > LONGEST or not _PATTERNS[sign].fullmatch(text):
        return None
    return Decimal(text.translate(_NOISE[sign]).replace(COMMA, POINT))


@lru_cache(maxsize=CACHED)
def signs_that_fit(text: str) -> tuple[str, ...]:
    """The decimal signs with which `text` is a number; none where it is not one at all."""
    return tuple(sign for sign in SIGNS if read_number(text, sign) is not None)


def number_reader(sign: str) -> Callable[[str], Decimal]:
    """A parser of a column. Raises `BadValue`."""

    def read(text: str) -> Decimal:
        number = read_number(text, sign)
        if number is None:
            raise BadValue("invalid_number", f"“{text}” is not a number such as 1234{sign}50")
        return number

    return read

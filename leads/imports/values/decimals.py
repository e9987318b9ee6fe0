"""What number do bare digits in a file mean: is 1.234 one and a bit, or one thousand two hundred and thirty-four?

The decimal sign is `.` or `,`; the other one, blanks and apostrophes may stand between groups of three digits (with a point
as decimal sign also the Indian way: 12,34,567.89). With an exponent nothing is grouped.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

POINT, COMMA = ".", ","
SIGNS = (POINT, COMMA)
LONGEST = 40
CACHED = 16_384

_BLANKS = " \u00a0\u202f\u2009\u2007'’"
_EXPONENT = r"[eE][+-]?[0-9]{1,2}"
_INDIAN = "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"


def _pattern(sign: str, grouping: str, also: str = "") -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}([{grouping}{_BLANKS}])[0-9]{{3}}(?:\1[0-9]{{3}})*{also}"
    point = re.escape(sign)
    loose = rf"[0-9]+(?:{point}[0-9]*)?(?:{_EXPONENT})?"
    return re.compile(rf"[+-]?(?:(?:{grouped})(?:{point}[0-9]*)?|{loose}|{point}[0-9]+(?:{_EXPONENT})?)")


_PATTERNS = {POINT: _pattern(POINT, ",", _INDIAN), COMMA: _pattern(COMMA, r"\.")}
_NOISE = {sign: str.maketrans("", "", _BLANKS + ("," if sign == POINT else ".")) for sign in SIGNS}
_BOTH = frozenset(SIGNS)
_NEITHER: frozenset[str] = frozenset()
_ONE = {sign: frozenset({sign}) for sign in SIGNS}


def read_number(text: str, sign: str) -> Decimal | None:
    """The number with this decimal sign, or None if it is none."""
    if len(text) > LONGEST or not _PATTERNS[sign].fullmatch(text):
        return None
    return Decimal(text.translate(_NOISE[sign]).replace(COMMA, POINT))


@lru_cache(maxsize=CACHED)
def signs_that_fit(text: str) -> frozenset[str]:
    """The decimal signs with which `text` is a number; none where it is not one at all."""
    if len(text) > LONGEST:
        return _NEITHER
    if text.isdecimal() and text.isascii():
        return _BOTH
    fitting = [sign for sign in SIGNS if _PATTERNS[sign].fullmatch(text)]
    return _BOTH if len(fitting) > 1 else _ONE[fitting[0]] if fitting else _NEITHER


def differ(text: str) -> bool:
    """Whether a number that fits both signs means different things by them."""
    return POINT in text or COMMA in text

"""Can this lead be reached by telephone? Cheap for the ordinary numbers, thorough for the doubtful ones."""

from __future__ import annotations

import re

import phonenumbers

from leads.records.regions import region_of

PUNCTUATION = str.maketrans("", "", " \t\u00a0()-./·")
INTERNATIONAL = re.compile(r"\+[1-9][0-9]{9,12}")
DIGITS = re.compile(r"[0-9]{7,15}")
MOST_CALLED = frozenset({"1", "7", "33", "34", "39", "41", "43", "44", "45", "46", "47", "48", "49", "55", "61", "91"})
"""Country codes whose numbers of ten to thirteen digits are taken without a closer look."""


def read_phone(text: str, country: str | None) -> tuple[str, bool]:
    """The number as it is kept (E.164 where it is known to be one), and whether it can be called.

    A number without country code is read by the rules of `country`, given as two letters or by its name; where nobody knows the
    country, seven to fifteen digits will do.
    """
    bare = text.translate(PUNCTUATION)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if INTERNATIONAL.fullmatch(bare) and (bare[1] in MOST_CALLED or bare[1:3] in MOST_CALLED):
        return bare, True
    region = region_of(country)
    if bare.startswith("+") or region is not None:
        return _look_closely(text, bare, region)
    return text, DIGITS.fullmatch(bare) is not None


def _look_closely(text: str, bare: str, region: str | None) -> tuple[str, bool]:
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return text, False
    if not phonenumbers.is_possible_number(number):
        return text, False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), True

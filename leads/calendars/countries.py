"""Which days are public holidays of a country, or of a part of it? Asked of the library `holidays` when a version is sealed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache

import holidays
from holidays.registry import COUNTRIES

TWO_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """The codes of the countries whose holidays are known, in order, each with the codes of its parts."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(known[code]) for code in sorted(known)}


@cache
def _names() -> Mapping[str, str]:
    return {entry[1]: TWO_WORDS.sub(" ", entry[0]) for entry in COUNTRIES.values()}


def country_in_words(country: str, subdivision: str | None = None) -> str:
    """`Germany`, `Germany (BY)`; the code itself where it is no longer known."""
    name = _names().get(country, country)
    return f"{name} ({subdivision})" if subdivision else name


def public_holidays(country: str, subdivision: str | None, years: range) -> frozenset[dt.date]:
    """The days of these years on which the country, or that part of it, does not work; days in lieu included."""
    found = holidays.country_holidays(country, subdiv=subdivision, years=[*years, years.stop])
    return frozenset(day for day in found if day.year in years)

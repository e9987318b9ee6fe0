"""Which day does the beginning of a date mean? Numbers in any order, month names in seven languages, serial numbers.

A day has one reading in each order: they differ only where numbers alone say it and the year does not come first.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from leads.imports.values.faults import BadValue, quoted
from leads.imports.values.months import month_of, weekdays_of

CACHED = 16_384
PIVOT = 69
"""Two-digit years from here on are of the 20th century, as strptime has it."""

_NUMBERS = re.compile(r"([0-9]{1,4})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,4})\.?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CHARACTERS = re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
_WORDS = re.compile(r"[\w\s.,/'’-]+")
_PART = re.compile(r"[0-9]+|[^\W\d_]+(?:-feira)?")
_FILLING = frozenset({"de", "del", "of", "the", "le", "el", "den", "der", "th", "st", "nd", "rd", "er", "º", "ª", "o"})
_MONTHS_IN_WORDS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


class Days(NamedTuple):
    """The day in each order; None where it is none. `problem` says why it is none in any."""

    iso: date | None = None
    day_first: date | None = None
    month_first: date | None = None
    year_first: date | None = None
    problem: BadValue | None = None


NO_DAY = Days()


def _always(day: date) -> Days:
    return Days(day, day, day, day)


@lru_cache(maxsize=CACHED)
def read_day(text: str) -> Days:
    """The day that a text without a time of day means."""
    if found := _NUMBERS.fullmatch(text):
        return _of_numbers(found.group(1), found.group(3), found.group(4))
    if found := _COMPACT.fullmatch(text) or _CHARACTERS.fullmatch(text):
        return _one(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    return _of_words(text) if _WORDS.fullmatch(text) else NO_DAY


def day_in_words(day: date) -> str:
    """The day as a person says it, so that two readings cannot be mixed up: “3 April 2024”."""
    return f"{day.day} {_MONTHS_IN_WORDS[day.month - 1]} {day.year}"


def _of_numbers(first: str, second: str, third: str) -> Days:
    if len(first) == 4:
        return _one(int(first), int(second), int(third)) if len(third) <= 2 else NO_DAY
    if len(first) > 2 or len(third) not in (2, 4):
        return NO_DAY
    year = _year(third)
    day_first, month_first = _day(year, int(second), int(first)), _day(year, int(first), int(second))
    short = len(first) == 2 and len(third) == 2
    year_first = _day(_year(first), int(second), int(third)) if short else None
    if day_first or month_first or year_first:
        return Days(None, day_first, month_first, year_first)
    for month, day in ((int(second), int(first)), (int(first), int(second))):
        if 1 <= month <= 12 and 29 <= day <= 31:
            return Days(problem=_no_such_day(year, month, day))
    return NO_DAY


def _of_words(text: str) -> Days:
    """A day with the name of its month, or of its day of the week before it."""
    parts = [part for part in _PART.findall(text) if part.casefold() not in _FILLING]
    words = [part for part in parts if not part[0].isdigit()]
    if not words:
        return NO_DAY
    weekdays = weekdays_of(parts[0]) if len(words) > 1 or month_of(words[0]) is None else frozenset()
    if weekdays:
        return _on_weekday(text, weekdays, _without_first_word(text) if len(words) == 1 else _named(parts[1:]))
    named = _named(parts)
    if named is NO_DAY and len(words) == 1 and weekdays_of(parts[0]):
        return _on_weekday(text, weekdays_of(parts[0]), _without_first_word(text))
    return named


def _without_first_word(text: str) -> Days:
    rest = re.sub(r"^[^\W\d_]+(?:-feira)?[.,]*\s+", "", text)
    return NO_DAY if rest == text or text[:1].isdigit() else read_day(rest)


def _named(parts: list[str]) -> Days:
    if len(parts) != 3:
        return NO_DAY
    first, second, third = parts
    if first.isdigit() and third.isdigit() and (month := month_of(second)):
        year_comes_first = len(first) == 4
        day, year = (third, first) if year_comes_first else (first, third)
    elif second.isdigit() and third.isdigit() and (month := month_of(first)):
        day, year = second, third
    else:
        return NO_DAY
    return _one(_year(year), month, int(day)) if len(day) <= 2 and len(year) in (2, 4) else NO_DAY


def _on_weekday(text: str, weekdays: frozenset[int], days: Days) -> Days:
    """Only the readings that fall on the day of the week that is written beside them."""
    if days is NO_DAY:
        return NO_DAY
    iso, day_first, month_first, year_first = (
        day if day is not None and day.weekday() in weekdays else None for day in days[:4]
    )
    if any(days[:4]) and not (iso or day_first or month_first or year_first):
        return Days(problem=BadValue("invalid_date", f"{quoted(text)}: that day is another day of the week"))
    return Days(iso, day_first, month_first, year_first, days.problem)


def _year(written: str) -> int:
    if len(written) == 4:
        return int(written)
    return int(written) + (1900 if int(written) >= PIVOT else 2000)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _one(year: int, month: int, day: int) -> Days:
    read = _day(year, month, day)
    if read is not None:
        return _always(read)
    if year and 1 <= month <= 12 and 29 <= day <= 31:
        return Days(problem=_no_such_day(year, month, day))
    return NO_DAY


def _no_such_day(year: int, month: int, day: int) -> BadValue:
    name = _MONTHS_IN_WORDS[month - 1]
    last = monthrange(year, month)[1]
    return BadValue("invalid_date", f"there is no {day} {name} {year}: that month has {last} days")

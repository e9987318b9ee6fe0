"""What instant does a date in a file mean? Any written form is known by itself; a column decides the order of numbers.

Orders: `iso` (year first), `day-first`, `month-first`, or a strptime pattern. Each value is read by its own form; the order
tells day from month only where numbers alone say them and the year does not come first. Two-digit years may come first as
well: that reading is called by its pattern, `%y-%m-%d`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alignment.timezones import FIRST_YEAR, LAST_YEAR, instant, of_our_time
from leads.imports.reading import Plain
from leads.imports.values.clocks import Clock, read_clock
from leads.imports.values.days import NO_DAY, Days, day_in_words, read_day
from leads.imports.values.faults import BadValue, failed_formula, is_error_cell, quoted
from leads.imports.values.serials import read_bare

ISO, DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "iso", "day-first", "month-first", "%y-%m-%d"
NAMED_ORDERS = (ISO, DAY_FIRST, MONTH_FIRST)
ORDERS = (*NAMED_ORDERS, YEAR_FIRST)
CACHED = 16_384

_PLACE = {order: place for place, order in enumerate(ORDERS)}
_YEAR_FIRST = re.compile(r"%y([./-])%m\1%d")
_AFTER_DAY = ("", "T", "t", " ")
"""Python takes any sign there: to it 2024-01-03-05 is five o'clock."""
_SECONDS = re.compile(r"[0-9]{2}:?[0-9]{2}:?[0-9]{2}[.,]")
"""Python takes fractions of hours and minutes too: to it 13.45 is not a quarter to two."""
_LOG = re.compile(r"([0-9]{1,2}/[A-Za-z]{3,9}/[0-9]{4}):([0-9]{1,2}:.*)")
"""As web servers write their logs: `15/Apr/2021:10:00:00 +0200`."""
_ODD_BLANKS = str.maketrans("\u00a0\u202f\u2009\u2007\u3000\t", "      ", "\u200e\u200f\u202a\u202c\u200b\ufeff")
_CLOCK = re.compile(r"(?<![0-9.:/-])[0-9]{1,2}(?:[:h][0-9]{2}|\s?[ap]\.?\s?m\b|\s?(?:uhr|uur|h)\b)", re.IGNORECASE)
_DOTTED_CLOCK = re.compile(r"(?<=[ ,T])[0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?(?![.0-9])")
_JOINED_BY = re.compile(r"(?:[\sT,]|\s-|\b(?:at|um|à|às|as|alle|ore|om|a las|a la|kl\.?))+$", re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\D.*?) ([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?: ([A-Za-z]{3,5}|[+-][0-9]{4}))? ([0-9]{4})")


class Form(NamedTuple):
    """What a text says by itself: one moment in every order, or days by order and a time of day."""

    moment: datetime | None = None
    days: Days = NO_DAY
    clock: Clock | None = None
    problem: BadValue | None = None


def is_pattern(order: str) -> bool:
    """Whether `order` is a strptime pattern."""
    return "%" in order


def can_read(pattern: str) -> bool:
    """Whether strptime understands the pattern: it must read back what it writes."""
    try:
        _by_pattern(datetime(2024, 12, 31, tzinfo=UTC).strftime(pattern), pattern)
    except (ValueError, re.error):  # a directive that stands twice is the latter
        return False
    return True


def form_of(text: str) -> Form:
    """What the text says. The commonest forms are read at once, all others once and remembered."""
    if text[4:5] == "-" and text[10:11] in _AFTER_DAY and text.isascii():
        try:
            return Form(_from_iso(text, 11))
        except ValueError:
            pass
    day, blank, rest = text.partition(" ")
    days = read_day(day)
    if days is not NO_DAY:
        if not blank:
            return Form(None, days, None, days.problem)
        clock = read_clock(rest)
        if isinstance(clock, Clock):
            return Form(None, days, clock, days.problem)
    return _other_form(text)


def _from_iso(text: str, clock_at: int) -> datetime:
    """What ISO 8601 means by it, with fractions of seconds only. Raises `ValueError`."""
    if ("." in text or "," in text) and not _SECONDS.match(text, clock_at):
        raise ValueError(text)
    return datetime.fromisoformat(text)


@lru_cache(maxsize=CACHED)
def _other_form(text: str) -> Form:
    bare = read_bare(text)
    if bare is not None:
        return Form(bare) if isinstance(bare, datetime) else Form(problem=bare)
    text = " ".join(text.translate(_ODD_BLANKS).split())
    if text[:8].isdigit() and text[8:9] in ("", " ", "T"):
        try:
            return Form(_from_iso(text, 9))
        except ValueError:
            pass
    if found := _LOG.fullmatch(text):
        return _together(found.group(1), found.group(2))
    if found := _YEAR_LAST.fullmatch(text):
        day, time, zone, year = found.groups()
        return _together(f"{day} {year}", f"{time} {zone or ''}".strip())
    if (days := read_day(text)) is not NO_DAY:
        return Form(None, days, None, days.problem)
    return _split(text)


def _split(text: str) -> Form:
    """A day, what joins them, and a time of day."""
    problem = None
    for clocks in (_CLOCK, _DOTTED_CLOCK):
        if found := clocks.search(text):
            form = _together(_JOINED_BY.sub("", text[: found.start()]), text[found.start() :])
            if form.days is not NO_DAY and form.problem is None:
                return form
            problem = problem or form.problem
    return Form(problem=problem)


def _together(day: str, time: str) -> Form:
    days, clock = read_day(day), read_clock(time)
    if days is NO_DAY or clock is None:
        return Form()
    if isinstance(clock, BadValue):
        return Form(problem=clock)
    return Form(None, days, clock, days.problem)


def _plain_form(text: str) -> Form:
    """A cell that was a typed date or number in a workbook."""
    bare = read_bare(text, typed=True)
    if bare is None:
        return form_of(text)
    return Form(bare) if isinstance(bare, datetime) else Form(problem=bare)


def _in_order(form: Form, order: str) -> datetime | None:
    """The moment of a form in one of `ORDERS`, with a zone only if one is written."""
    if form.moment is not None:
        return form.moment
    day = form.days[_PLACE[order]]
    if not isinstance(day, date):
        return None
    if form.clock is None:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    hour, minute, second, micros, next_day, zone = form.clock
    written = datetime(day.year, day.month, day.day, hour, minute, second, micros, zone)
    return written + timedelta(days=1) if next_day else written


Fit = tuple[frozenset[str], frozenset[tuple[str, str]]]
"""The readings that fit, and the pairs of them that mean different things."""
_FITS_ALL: Fit = (frozenset(ORDERS), frozenset())
_FITS_NONE: Fit = (frozenset(), frozenset())


def fit_of(text: str) -> Fit:
    """The orders in which `text` is a date, and which of them differ."""
    if isinstance(text, Plain):
        return _FITS_ALL
    form = form_of(text)
    if form.moment is not None:
        return _FITS_ALL
    return _FITS_NONE if form.problem is not None else _fit_of_days(form.days)


@lru_cache(maxsize=CACHED)
def _fit_of_days(days: Days) -> Fit:
    fitting = [order for order in ORDERS if days[_PLACE[order]] is not None]
    differing = [pair for pair in combinations(fitting, 2) if days[_PLACE[pair[0]]] != days[_PLACE[pair[1]]]]
    return frozenset(fitting), frozenset(differing)


def read_as_written(text: str, order: str) -> datetime | None:
    """The date and time as they stand there, with a zone only if one is written; None if it cannot be read so."""
    try:
        if isinstance(text, Plain):
            return _in_order(_plain_form(text), ISO)
        if _YEAR_FIRST.fullmatch(order):
            order = YEAR_FIRST
        return _in_order(form_of(text), order) if order in ORDERS else _by_pattern(text, order)
    except (ValueError, OverflowError):
        return None


def _by_pattern(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the column's zone is applied to what is written


def instant_reader(order: str, zone: ZoneInfo) -> Callable[[str], datetime]:
    """A parser of a column: text to the UTC instant; a time without zone is local in `zone`. Raises `BadValue`."""

    @lru_cache(maxsize=CACHED, typed=True)
    def read(text: str) -> datetime:
        written = _must_read(text, order)
        if written.tzinfo is None or isinstance(written.tzinfo, ZoneInfo):
            return instant(written.replace(tzinfo=None), written.tzinfo or zone)
        return written.astimezone(UTC)

    return read


def read_at_once(text: str) -> datetime | None:
    """The UTC instant of a text that says it in ISO 8601 with its zone, whatever the order of a column; None for any other."""
    if text[4:5] == "-" and text[10:11] in ("T", " ") and text[-6:-5] in ("+", "-") and text.isascii():
        try:
            written = _from_iso(text, 11)
        except ValueError:
            return None
        if written.tzinfo is not None and FIRST_YEAR <= written.year <= LAST_YEAR:
            return written.astimezone(UTC)
    return None


def day_reader(order: str, zone: ZoneInfo) -> Callable[[str], date]:
    """A parser of a column of days: a time written with its zone falls on the day that it is in `zone`."""

    @lru_cache(maxsize=CACHED, typed=True)
    def read(text: str) -> date:
        written = _must_read(text, order)
        return (written if written.tzinfo is None else written.astimezone(zone)).date()

    return read


def _must_read(text: str, order: str) -> datetime:
    written = read_as_written(text, order)
    if written is None:
        raise _why_not(text, order)
    try:
        return of_our_time(written)
    except ValueError as error:
        raise BadValue("date_out_of_range", f"{quoted(text)} lies before {FIRST_YEAR} or after {LAST_YEAR}") from error


def _why_not(text: str, order: str) -> BadValue:
    if is_error_cell(text):
        return failed_formula(text)
    problem = (_plain_form(text) if isinstance(text, Plain) else form_of(text)).problem
    if problem is not None and not is_pattern(order):
        return BadValue(problem.code, problem.reason)
    return BadValue("invalid_date", f"{quoted(text)} is not a date {_in_words(order)}")


def _in_words(order: str) -> str:
    examples = {ISO: "such as 2024-12-31", DAY_FIRST: "such as 31/12/2024", MONTH_FIRST: "such as 12/31/2024"}
    return examples.get(order, f"of the form {order}")


def answer_for(text: str, order: str) -> str:
    """What a profile says for this order: its name, or the pattern as the text is separated."""
    if order != YEAR_FIRST:
        return order
    separator = next((sign for sign in text if sign in "./-"), "-")
    return YEAR_FIRST.replace("-", separator)


def spelled_out(text: str, order: str) -> str:
    """The date as a person says it, so that two readings cannot be mixed up: “3 April 2024”."""
    written = read_as_written(text, order)
    return day_in_words(written.date()) if written else text

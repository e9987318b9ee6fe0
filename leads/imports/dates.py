"""What instant does a date in a file mean? One parser a column, once its order of day and month is decided.

Orders: `iso` (year first), `day-first`, `month-first`, or a strptime pattern. A year written first is read the same in
every order. Two-digit years are not guessed at: they need a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from alignment.timezones import FIRST_YEAR, LAST_YEAR, instant, of_our_time
from leads.imports.values import BadValue

ISO, DAY_FIRST, MONTH_FIRST = "iso", "day-first", "month-first"
ORDERS = (ISO, DAY_FIRST, MONTH_FIRST)
CACHED = 65_536

_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?:[ T,]+(.+))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})(?:[ T,]+(.+))?")
_TIME = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?:\s*([ap])\.?m\.?)?(?:\s*(z|utc|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)


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


@lru_cache(maxsize=CACHED)
def orders_that_fit(text: str) -> tuple[str, ...]:
    """The orders in which `text` is a date; none where it is not one at all."""
    return tuple(order for order in ORDERS if read_as_written(text, order) is not None)


def read_as_written(text: str, order: str) -> datetime | None:
    """The date and time as they stand there, with a zone only if one is written; None if it cannot be read so."""
    try:
        return _by_pattern(text, order) if is_pattern(order) else _by_order(text, order)
    except ValueError:
        return None


def _by_pattern(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the column's zone is applied to what is written


def _by_order(text: str, order: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if found := _YEAR_FIRST.fullmatch(text):
        year, _separator, month, day, rest = found.groups()
        return _with_time(date(int(year), int(month), int(day)), rest)
    if order == ISO or not (found := _DAY_AND_MONTH.fullmatch(text)):
        return None
    first, _separator, second, year, rest = found.groups()
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    return _with_time(date(int(year), int(month), int(day)), rest)


def _with_time(day: date, rest: str | None) -> datetime:
    """`rest` is a time of day, perhaps with am or pm and a zone; raises ValueError if it is not."""
    if not rest:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    found = _TIME.fullmatch(rest.strip())
    if found is None:
        raise ValueError(rest)
    hour, minute, second, fraction, half, offset = found.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(rest)
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    zone = "" if not offset else "+00:00" if offset.lower() in ("z", "utc") else offset
    micros = (fraction or "0")[:6].ljust(6, "0")
    return datetime.fromisoformat(f"{day.isoformat()}T{hours:02}:{minute}:{second or '00'}.{micros}{zone}")


def instant_reader(order: str, zone: ZoneInfo) -> Callable[[str], datetime]:
    """A parser of a column: text to the UTC instant; a time without zone is local in `zone`. Raises `BadValue`."""

    @lru_cache(maxsize=CACHED)
    def read(text: str) -> datetime:
        written = _must_read(text, order)
        return instant(written, zone) if written.tzinfo is None else written.astimezone(UTC)

    return read


def day_reader(order: str, zone: ZoneInfo) -> Callable[[str], date]:
    """A parser of a column of days: a time written with its zone falls on the day that it is in `zone`."""

    @lru_cache(maxsize=CACHED)
    def read(text: str) -> date:
        written = _must_read(text, order)
        return (written if written.tzinfo is None else written.astimezone(zone)).date()

    return read


def _must_read(text: str, order: str) -> datetime:
    written = read_as_written(text, order)
    if written is None:
        raise BadValue("invalid_date", f"“{text}” is not a date {_in_words(order)}")
    try:
        return of_our_time(written)
    except ValueError as error:
        raise BadValue("date_out_of_range", f"“{text}” lies before {FIRST_YEAR} or after {LAST_YEAR}") from error


def _in_words(order: str) -> str:
    examples = {ISO: "such as 2024-12-31", DAY_FIRST: "such as 31/12/2024", MONTH_FIRST: "such as 12/31/2024"}
    return examples.get(order, f"of the form {order}")


def spelled_out(text: str, order: str) -> str:
    """The date as a person says it, so that two readings cannot be mixed up: “3 April 2024”."""
    written = read_as_written(text, order)
    return f"{written.day} {written:%B %Y}" if written else text

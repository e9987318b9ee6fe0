"""What time of day, in which zone, does the end of a date mean? `10:15`, `3 PM`, `10h15`, `00:03:00 GMT+0200 (CEST)`."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from leads.imports.values import BadValue, quoted

CACHED = 16_384
LARGEST_OFFSET = timedelta(hours=14)

_CLOCK = re.compile(
    r"([0-9]{1,2})(?:\s?([:.h])\s?([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?"
    r"\s?([ap]\.?\s?m\.?|uhr|uur|h)?\s?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(
    r"(?:utc|gmt)?\s?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?:\s?\(.*\)|\s[a-z]{2,5}|\[[\w/+-]+\])?", re.IGNORECASE
)
_NAMED = re.compile(r"([a-z]{1,5})(?:\s?\(.*\))?", re.IGNORECASE)

_HOURS_AHEAD = {
    "z": 0.0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "jst": 9, "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "mdt": -6, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_ZONES: dict[str, tzinfo] = {
    name: timezone(timedelta(hours=hours)) if hours else UTC for name, hours in _HOURS_AHEAD.items()
}


class Clock(NamedTuple):
    """A time of day; 24:00 is the `next_day`'s 0:00. Without a zone it is local."""

    hour: int
    minute: int
    second: int
    microsecond: int
    next_day: bool
    zone: tzinfo | None


@lru_cache(maxsize=CACHED)
def read_clock(text: str) -> Clock | BadValue | None:
    """The time of day; None if it is none at all, and `BadValue` where one can say why it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, sign, minute, second, fraction, half, zone = found.groups()
    if sign is None and half is None:
        return None
    told = BadValue("invalid_date", f"{quoted(text)} is no time of day")
    in_zone = _zone_of(zone, text) if zone else None
    if isinstance(in_zone, BadValue):
        return in_zone
    hours = _hours(int(hour), half)
    if hours is None or int(minute or 0) > 59 or int(second or 0) > 59:
        return told
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    if hours == 24:
        return told if int(minute or 0) or int(second or 0) or micros else Clock(0, 0, 0, 0, True, in_zone)
    return Clock(hours, int(minute or 0), int(second or 0), micros, False, in_zone)


def _hours(hour: int, half: str | None) -> int | None:
    """The hour of the day; what is 13 or more may have a needless PM, 0 a needless AM."""
    if hour > 24:
        return None
    letter = (half or "").lower()[:1]
    if letter not in ("a", "p"):
        return hour
    if letter == "a":
        return hour % 12 if hour <= 12 else None
    return (hour % 12 + 12 if hour <= 12 else hour) if 1 <= hour < 24 else None


def _zone_of(text: str, whole: str) -> tzinfo | BadValue:
    if found := _OFFSET.fullmatch(text):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if int(minutes or 0) > 59 or offset > LARGEST_OFFSET:
            return BadValue("invalid_date", f"{quoted(text)} is no distance from UTC")
        return timezone(-offset if sign == "-" else offset) if offset else UTC
    if found := _NAMED.fullmatch(text):
        name = found.group(1)
        if name.lower() in _ZONES:
            return _ZONES[name.lower()]
        if len(name) > 2:
            words = f"the time zone “{name}” has more than one meaning or is not known: write it as +01:00 or -05:00"
            return BadValue("ambiguous_zone", f"{quoted(whole)}: {words}")
    return BadValue("invalid_date", f"{quoted(whole)} is no time of day")

"""What time of day, in which zone, does the end of a date mean? `10:15`, `3 PM`, `10h15`, `00:03:00 GMT+0200 (CEST)`."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leads.imports.values.faults import BadValue, quoted

CACHED = 16_384
LARGEST_OFFSET = timedelta(hours=14)
LEAP_SECOND = 60
"""It is read as the first second of the next minute, as computers count."""

_CLOCK = re.compile(
    r"([0-9]{1,2})(?:\s?([:.h])\s?([0-9]{2})(?:([:.])([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?"
    r"\s?(?:([ap]\.?\s?m\.?|uhr|uur|h)(?![a-z]))?\s?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(
    r"(?:utc|gmt)?\s?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?:\s?\(.*\)|\s[a-z]{2,5}|\[[\w/+-]+\])?", re.IGNORECASE
)
_PLACE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")
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
    hour, sign, minute, sign_again, second, fraction, half, zone = found.groups()
    if sign is None and half is None:
        return None
    told = BadValue("invalid_date", f"{quoted(text)} is no time of day")
    in_zone = _zone_of(zone, text) if zone else None
    if isinstance(in_zone, BadValue):
        return in_zone
    hours, minutes, seconds = _hours(int(hour), half), int(minute or 0), int(second or 0)
    if hours is None or minutes > 59 or seconds > LEAP_SECOND or (sign == ":" and sign_again == "."):
        return told  # 13:45.50 may be seconds or a part of a minute
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    if hours == 24 and (minutes or seconds or micros):
        return told
    minutes, seconds = (minutes + 1, 0) if seconds == LEAP_SECOND else (minutes, seconds)
    days, minutes = divmod(hours * 60 + minutes, 24 * 60)
    return Clock(minutes // 60, minutes % 60, seconds, micros, days > 0, in_zone)


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
    if _PLACE.fullmatch(text):
        try:
            return ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return _unknown_zone(text, whole)
    if found := _NAMED.fullmatch(text):
        name = found.group(1)
        if name.lower() in _ZONES:
            return _ZONES[name.lower()]
        if len(name) > 2:
            return _unknown_zone(name, whole)
    return BadValue("invalid_date", f"{quoted(whole)} is no time of day")


def _unknown_zone(name: str, whole: str) -> BadValue:
    words = f"the time zone “{name}” has more than one meaning or is not known: write it as +01:00 or -05:00"
    return BadValue("ambiguous_zone", f"{quoted(whole)}: {words}")

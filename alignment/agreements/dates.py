"""Which instant is meant? Dates and instants as people and systems write them; a date is 00:00 in the reporting zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alignment.agreements.texts import wrong
from alignment.people.selectors import reporting_zone
from alignment.timezones import of_our_time, start_of_day

TOLERANCE = timedelta(minutes=5)
"""How far back an effective moment may lie: clocks differ a little, and pages are read for a while."""


def read_instant(text: str, *, field: str) -> datetime:
    """A date or an RFC 3339 instant with its offset; else `invalid_date`."""
    try:
        day = _day(text)
        moment = start_of_day(of_our_time(day), reporting_zone()) if day else of_our_time(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise wrong(
            field, "invalid_date", f"“{text[:50]}” is no date; write 2026-01-31 or 2026-01-31T09:00:00Z."
        ) from error
    if moment.tzinfo is None:
        raise wrong(field, "invalid_date", f"“{text[:50]}” lacks its time zone; write 2026-01-31T09:00:00Z.")
    return moment


def read_effective_from(text: str | None, *, now: datetime) -> datetime | None:
    """From when a version is to hold; None where nothing is said: once it is signed.

    Refused: `invalid_date`, and `effective_in_the_past` (today is not past: it takes effect once signed).
    """
    if not text:
        return None
    moment = read_instant(text, field="effective_from")
    day = _day(text)
    if day < today(now) if day else moment < now - TOLERANCE:
        raise wrong(
            "effective_from", "effective_in_the_past", f"{text} is past; an agreement can only hold from now on."
        )
    return moment


def today(now: datetime) -> date:
    """The day that it is in the reporting zone."""
    return now.astimezone(reporting_zone()).date()


def start_of_today(now: datetime) -> datetime:
    """When that day began."""
    return start_of_day(today(now), reporting_zone())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == 10 else None

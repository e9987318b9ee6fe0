"""What does a calendar say, and what does a change of it mean, in words?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeVar

from leads.calendars.countries import country_in_words
from leads.calendars.terms import WEEKDAYS, Calendar, Holiday, Weekday

T = TypeVar("T")
Hours = tuple[tuple[str, str], ...]
OFF = "off"


def sentences(calendar: Calendar) -> list[str]:
    """The zone, the working time by weekday, and the holidays."""
    spans = list(runs(calendar.on))
    work = "; ".join(f"{days} {in_words(hours)}" for days, hours in spans if hours)
    free = " and ".join(days for days, hours in spans if not hours)
    said = [f"Working time, in the time zone {calendar.timezone}: {work}."]
    if free:
        said.append(f"Nobody works on {free}.")
    if calendar.holidays:
        said.append(f"Holidays: {', '.join(map(holiday_in_words, calendar.holidays))}.")
    if calendar.country:
        said.append(f"Nobody works on public holidays {country_of(calendar)}, as known when this takes effect.")
    return said


def difference(before: Calendar, after: Calendar) -> list[str]:
    """What changes; runs of weekdays with the same change are one."""
    said = []
    if before.timezone != after.timezone:
        said.append(f"time zone {before.timezone} → {after.timezone}")
    for days, (old, new) in runs(lambda day: (before.on(day), after.on(day))):
        if old != new:
            said.append(f"{days}: {in_words(old)} → {in_words(new)}")
    if country_of(before) != country_of(after):
        said.append(f"public holidays: {country_of(before)} → {country_of(after)}")
    return said + holidays_between(before, after)


def country_of(calendar: Calendar) -> str:
    return f"of {country_in_words(calendar.country, calendar.subdivision)}" if calendar.country else "of no country"


def holidays_between(before: Calendar, after: Calendar) -> list[str]:
    """New, dropped and renamed holidays, by date."""
    old = {holiday.date: holiday for holiday in before.holidays}
    new = {holiday.date: holiday for holiday in after.holidays}
    said = []
    for day in sorted({*old, *new}):
        if day not in old:
            said.append(f"new holiday: {holiday_in_words(new[day])}")
        elif day not in new:
            said.append(f"no longer a holiday: {holiday_in_words(old[day])}")
        elif old[day].name != new[day].name:
            said.append(f"holiday of {day:%-d %B %Y}: {old[day].name} → {new[day].name}")
    return said


def runs(of_day: Callable[[Weekday], T]) -> Iterator[tuple[str, T]]:
    """Weekdays that follow each other and are alike, as one: ("Monday to Friday", what they have in common)."""
    for value, days in groupby(WEEKDAYS, key=of_day):
        names = [day.capitalize() for day in days]
        yield (names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"), value


def in_words(hours: Hours) -> str:
    return " and ".join(f"{start}–{end}" for start, end in hours) or OFF


def holiday_in_words(holiday: Holiday) -> str:
    return f"{holiday.date:%-d %B %Y} ({holiday.name})"

"""The terms of a calendar: a time zone, windows of working time on each weekday, and days on which nobody works."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from functools import cache
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from alignment.agreements.kinds import Terms
from alignment.timezones import FIRST_YEAR, LAST_YEAR
from leads.calendars.countries import countries

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MOST_WINDOWS, MOST_HOLIDAYS = 100, 1_000

START = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
END = re.compile(rf"{START.pattern}|24:00")


@cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def a_start(text: str) -> str:
    if not START.fullmatch(text):
        raise PydanticCustomError("invalid_time", "Write a time from 00:00 to 23:59 as HH:MM")
    return text


def an_end(text: str) -> str:
    if not END.fullmatch(text):
        raise PydanticCustomError("invalid_time", "Write a time up to 24:00 as HH:MM")
    return text


class Window(Terms):
    """Working time on a weekday, from `start` up to `end`; 24:00 is the end of the day."""

    day: Weekday
    start: Annotated[str, AfterValidator(a_start), Field(title="From", description="HH:MM", examples=["09:00"])]
    end: Annotated[
        str, AfterValidator(an_end), Field(title="Until", description="HH:MM, up to 24:00", examples=["17:00"])
    ]

    @model_validator(mode="after")
    def goes_forward(self) -> Window:
        if self.start >= self.end:
            raise PydanticCustomError(
                "ends_before_it_begins",
                "A window ends after it begins; what goes past midnight is two windows, until 24:00 and from 00:00",
            )
        return self

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands in the week."""
        return WEEKDAYS.index(self.day), self.start, self.end

    def __str__(self) -> str:
        return f"{self.day.capitalize()} {self.start}–{self.end}"


class Holiday(Terms):
    """A day on which nobody works, in the calendar's zone."""

    date: dt.date
    name: Annotated[str, Field(min_length=1, max_length=100)]

    @field_validator("date")
    @classmethod
    def of_our_time(cls, day: dt.date) -> dt.date:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise PydanticCustomError("invalid_date", f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}")
        return day


class Calendar(Terms):
    """When people work. Windows and holidays are kept in order: what says the same is the same.

    With a `country` its public holidays are free besides those that are listed, as known when the version is sealed.
    """

    timezone: Annotated[str, Field(title="Time zone", examples=["Europe/Berlin"], max_length=64)]
    windows: Annotated[list[Window], Field(title="Working time", min_length=1, max_length=MOST_WINDOWS)]
    holidays: Annotated[list[Holiday], Field(title="Holidays", max_length=MOST_HOLIDAYS)] = []
    country: Annotated[
        str | None,
        Field(title="Public holidays of", description="A country: DE, FR, US", examples=["DE"], max_length=2),
    ] = None
    subdivision: Annotated[
        str | None, Field(title="Part of the country", description="BY, CA", examples=["BY"], max_length=20)
    ] = None

    @field_validator("timezone")
    @classmethod
    def a_zone(cls, name: str) -> str:
        if name not in zones():
            raise PydanticCustomError("unknown_timezone", "There is no such time zone; write Europe/Berlin or UTC")
        return name

    @field_validator("windows")
    @classmethod
    def apart(cls, windows: list[Window]) -> list[Window]:
        ordered = sorted(windows, key=lambda window: window.place)
        for before, after in itertools.pairwise(ordered):
            if before.day == after.day and after.start < before.end:
                both = {"before": str(before), "after": str(after)}
                raise PydanticCustomError("overlap", "{before} and {after} overlap: make them one", both)
        return ordered

    @field_validator("holidays")
    @classmethod
    def once_each(cls, holidays: list[Holiday]) -> list[Holiday]:
        ordered = sorted(holidays, key=lambda holiday: holiday.date)
        for before, after in itertools.pairwise(ordered):
            if before.date == after.date:
                raise PydanticCustomError("holiday_twice", "{day} stands there twice", {"day": str(before.date)})
        return ordered

    @field_validator("country")
    @classmethod
    def a_country(cls, code: str | None) -> str | None:
        if code is not None and code not in countries():
            known = {"known": ", ".join(countries())}
            raise PydanticCustomError(
                "unknown_country", "No holidays are known of such a country; of these: {known}", known
            )
        return code

    @model_validator(mode="after")
    def part_of_it(self) -> Calendar:
        if self.subdivision is None:
            return self
        if self.country is None:
            raise PydanticCustomError("country_needed", "Say of which country that is a part")
        known = countries()[self.country]
        if self.subdivision not in known:
            there = {"country": self.country, "known": ", ".join(known) or "none"}
            raise PydanticCustomError(
                "unknown_subdivision", "{country} has no such part with holidays of its own; there are: {known}", there
            )
        return self

    def on(self, day: Weekday) -> tuple[tuple[str, str], ...]:
        """The windows of a weekday, in order."""
        return tuple((window.start, window.end) for window in self.windows if window.day == day)

"""Which days does a page show, and which ones stand before them for comparison?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from alignment.timezones import of_our_time

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days [first, end) of the reporting zone."""

    first: date
    end: date

    @property
    def title(self) -> str:
        last = self.end - ONE_DAY
        if self.first.year == last.year:
            return f"{self.first:%-d %b} – {last:%-d %b %Y}"
        return f"{self.first:%-d %b %Y} – {last:%-d %b %Y}"

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def months(self) -> list[str]:
        """Every month that the period touches, as reports name them: also those in which nothing happened."""
        last = self.end - ONE_DAY
        numbers = range(self.first.year * 12 + self.first.month - 1, last.year * 12 + last.month)
        return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]

    @property
    def before(self) -> Period:
        """The period before: as many whole months where this one is whole months, else as many days."""
        if self.first.day == self.end.day == 1:
            months = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
            return Period(_months_before(self.first, months), self.first)
        return Period(self.first - timedelta(days=self.days), self.first)

    def earlier(self, days: int) -> Period:
        return Period(self.first - timedelta(days=days), self.end - timedelta(days=days))

    @property
    def address(self) -> str:
        return f"?start={self.first}&end={self.end}"


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def presets(today: date) -> dict[str, Period]:
    """Periods that are asked for every day; those that end with today include it."""
    end = today + ONE_DAY
    this_month = today.replace(day=1)
    this_quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return {
        "30 days": Period(end - timedelta(days=30), end),
        "90 days": Period(end - timedelta(days=90), end),
        "Last month": Period(_months_before(this_month, 1), this_month),
        "Last quarter": Period(_months_before(this_quarter, 3), this_quarter),
        "12 months": Period(end - timedelta(days=365), end),
    }


def twelve_months(today: date) -> Period:
    """This month and the eleven before it, whole ones: for what is shown by month."""
    this_month = today.replace(day=1)
    return Period(_months_before(this_month, 11), _months_before(this_month, -1))


def read_period(query: Mapping[str, str], today: date) -> Period:
    """The period in an address (`start`, `end`), else the last twelve months, to the day."""
    try:
        first, end = (of_our_time(date.fromisoformat(query.get(name, ""))) for name in ("start", "end"))
        period = Period(first, end)
        if period.first < period.end and period.days <= 36_500:
            return period
    except ValueError:
        pass
    return presets(today)["12 months"]

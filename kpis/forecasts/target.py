"""What is to be reached, by when? The question that a forecast answers; agreed KPIs and the forecast report ask it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from alignment.people.selectors import reporting_zone
from alignment.timezones import start_of_day
from kpis.metrics.declaring import Better, Unit


class Stretch(Protocol):
    """Days [first_day, end_day) of `zone`: a `kpis.metrics.periods.Period`, or a `Span` of any length."""

    @property
    def name(self) -> str: ...
    @property
    def first_day(self) -> date: ...
    @property
    def end_day(self) -> date: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime: ...


@dataclass(frozen=True)
class Span:
    """Any days [first_day, end_day)."""

    first_day: date
    end_day: date
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """Both ends, as an address writes them."""
        return f"{self.first_day}..{self.end_day}"

    @property
    def since(self) -> datetime:
        return start_of_day(self.first_day, self.zone)

    @property
    def until(self) -> datetime:
        return start_of_day(self.end_day, self.zone)


def span(first_day: date, end_day: date) -> Span:
    """Days of the reporting zone."""
    return Span(first_day, end_day, reporting_zone())


@dataclass(frozen=True)
class Measured:
    """A metric of the catalogue, of some of what it counts: `where` holds (cut, value) pairs, value None for "(none)"."""

    metric: str
    where: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Milestone:
    """A value on the way, with its name."""

    title: str
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class Target:
    """So much of a metric (or of one divided by another) in a period.

    `key` is the KPI's, or a name of whatever else is asked for. `value` None: no target is set; there is a forecast, and no
    chance. `so_far` None: it is read when it is needed.
    """

    key: str
    title: str
    over: Measured
    under: Measured | None = None
    period: Stretch
    value: Decimal | None
    direction: Better = Better.UP
    unit: Unit = Unit.COUNT
    so_far: Decimal | None = None
    milestones: tuple[Milestone, ...] = ()

"""May this person get a lead now, and if not, why? Pure. Nobody absent, inactive or full gets a lead by a rule.

Capacity is counted in weeks from Monday or in months, in the reporting zone. Fractions carry over: in period p, counted from the one
in which `since` lies, the quota is ⌊c·(p + 1)⌋ − ⌊c·p⌋, so that after any number of periods it adds up to c for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from math import floor, gcd
from typing import Literal
from zoneinfo import ZoneInfo

from leads.handoffs.routing.eligibility import Verdict

Period = Literal["week", "month"]
WEEK, MONTH = 4345, 1000
"""A month is 4.345 weeks: what makes capacities of both comparable."""

MOST = 1_000_000
"""To how much weights may add up; finer differences are rounded."""


@dataclass(frozen=True)
class Person:
    """Somebody who may receive: `taken` of their present period (offers open or accepted), `in_hand` open offers and open leads."""

    id: int
    name: str
    active: bool
    team_id: int | None
    side: str | None
    team: str | None = None
    takes_leads: bool = True
    capacity: Decimal | None = None
    period: Period = "week"
    since: date | None = None
    skills: frozenset[str] = frozenset()
    away_until: datetime | None = None
    taken: int = 0
    in_hand: int = 0

    @property
    def weight(self) -> int:
        """Capacity in comparable units; whoever has no limit weighs as one lead a week."""
        if self.capacity is None:
            return 100 * WEEK
        return int(self.capacity * 100) * (WEEK if self.period == "week" else MONTH)


def quota(person: Person, day: date) -> int | None:
    """How many leads this person takes in the period in which `day` lies; None: no limit."""
    if person.capacity is None:
        return None
    n = periods_between(person.since or day, day, person.period)
    return floor(person.capacity * (n + 1)) - floor(person.capacity * n)


def periods_between(since: date, day: date, period: Period) -> int:
    """How many periods after that of `since` the one of `day` comes."""
    if period == "month":
        return (day.year - since.year) * 12 + day.month - since.month
    return (_monday(day) - _monday(since)).days // 7


def period_began(day: date, period: Period) -> date:
    """The first day of the period in which `day` lies."""
    return day.replace(day=1) if period == "month" else _monday(day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def judge_person(person: Person, *, now: datetime, zone: ZoneInfo) -> Verdict:
    """Whether this person may get a lead at all now."""
    most = quota(person, now.astimezone(zone).date())
    if not person.active:
        return Verdict(False, "inactive", f"{person.name} does not work here any more")
    if person.team_id is None:
        return Verdict(False, "no_team", f"{person.name} is in no team")
    if not person.takes_leads:
        return Verdict(False, "paused", f"{person.name} takes no leads at present")
    if person.away_until is not None:
        return Verdict(False, "away", f"{person.name} is away until {say_day(person.away_until, now, zone)}")
    if most is not None and person.taken >= most:
        return Verdict(False, "full", f"{person.name} is full this {person.period}: {person.taken} of {most}")
    return Verdict(True, "available", f"{person.name} can take it")


def say_day(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`3 December`, with the year where it is another one."""
    there = moment.astimezone(zone)
    return f"{there:%-d %B}" if there.year == now.astimezone(zone).year else f"{there:%-d %B %Y}"


def bounded(weights: Mapping[int, int]) -> dict[int, int]:
    """The same shares in small numbers; exactly the same, unless they would add up to more than a million."""
    divisor = reduce(gcd, weights.values(), 0) or 1
    total = sum(weights.values()) // divisor
    if total <= MOST:
        return {one: weight // divisor for one, weight in weights.items()}
    return {one: max(1, round(weight * MOST / (total * divisor))) for one, weight in weights.items()}

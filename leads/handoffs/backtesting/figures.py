"""What does a rule's backtest come to? Counts, rates, load and times from its rows; every count is the length of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from leads.definitions.backtesting.figures import Rate, rate
from leads.handoffs.backtesting.lists import LISTS, Row, contact_due, micros, moment_of, offered
from leads.handoffs.routing.availability import Person, quota

DAY = timedelta(days=1)


def counts(rows: Sequence[Row], end: datetime, *, compares: bool) -> dict[str, int]:
    """The length of every list."""
    last = micros(end)
    there = [one for one in LISTS.values() if compares or not one.compares]
    return {one.key: sum(one.which(row, last) for row in rows) for one in there}


def attained(lengths: Mapping[str, int]) -> dict[str, Rate]:
    """What would have been met with the times as they were: accepting, first contact, and that of those accepted."""
    return {
        "accept": rate(lengths["accepted"], lengths["accept_due"]),
        "contact": rate(lengths["contacted"], lengths["contact_due"]),
        "contact_of_accepted": rate(lengths["contacted_accepted"], lengths["contact_accepted"]),
    }


@dataclass(frozen=True)
class Times:
    """How long it took from the offer on, in seconds by the clock, of the `n` for which it came about; percentiles of type 7."""

    n: int
    p50_seconds: int | None
    p90_seconds: int | None


def times(rows: Sequence[Row], of: Callable[[Row], int | None]) -> Times:
    """Over what was offered and came about."""
    found = sorted(then - row.at for row in rows if offered(row, 0) and (then := of(row)) is not None)
    return Times(len(found), percentile(found, 5), percentile(found, 9))


def percentile(ordered: Sequence[int], tenths: int) -> int | None:
    """That many tenths of sorted microseconds, type 7, rounded half up to seconds."""
    if not ordered:
        return None
    place, rest = divmod((len(ordered) - 1) * tenths, 10)
    above = ordered[min(place + 1, len(ordered) - 1)]
    return (ordered[place] * (10 - rest) + above * rest + 5_000_000) // 10_000_000


@dataclass(frozen=True)
class Load:
    """What one receiver would have got. `capacity`: what they take in these days, None: no limit, or a queue."""

    key: str
    name: str
    user: int | None
    team: int
    offered: int
    most_a_day: int
    capacity: float | None
    due: int
    in_time: int


def loads(
    rows: Sequence[Row],
    people: Mapping[int, Person],
    teams: Mapping[int, str],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
) -> list[Load]:
    """Everybody who could have received, by name, then queues."""
    last, given, daily = micros(end), Counter[tuple[int | None, int]](), Counter[tuple[tuple[int | None, int], date]]()
    due, met = Counter[tuple[int | None, int]](), Counter[tuple[int | None, int]]()
    for row in rows:
        if not offered(row, last):
            continue
        to = (row.user, row.team or 0)
        given[to] += 1
        daily[to, moment_of(row.at).astimezone(zone).date()] += 1
        if contact_due(row, last):
            due[to] += 1
            met[to] += LISTS["contacted"].which(row, last)
    most: dict[tuple[int | None, int], int] = {}
    for (to, _day), n in daily.items():
        most[to] = max(n, most.get(to, 0))
    idle = [(one.id, one.team_id) for one in people.values() if one.active and one.takes_leads and one.team_id in teams]
    asked = {*given, *((user, team) for user, team in idle if team is not None)}
    found = [
        Load(
            key=f"person-{user}" if user is not None else f"team-{team}",
            name=people[user].name if user is not None else f"{teams.get(team, 'the team')} (queue)",
            user=user,
            team=team,
            offered=given[user, team],
            most_a_day=most.get((user, team), 0),
            capacity=capacity(people[user], start, end, zone) if user is not None else None,
            due=due[user, team],
            in_time=met[user, team],
        )
        for user, team in asked
    ]
    return sorted(found, key=lambda one: (one.user is None, one.name, one.key))


def capacity(person: Person, start: datetime, end: datetime, zone: ZoneInfo) -> float | None:
    """How many leads somebody takes in [start, end): each day its part of its period's quota."""
    if person.capacity is None:
        return None
    first, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    days = (first + n * DAY for n in range((last - first).days + 1))
    return round(sum((quota(person, day) or 0) / _days_of(day, person.period) for day in days), 1)


def _days_of(day: date, period: str) -> int:
    if period == "week":
        return 7
    following = (day.replace(day=28) + 4 * DAY).replace(day=1)
    return (following - DAY).day


def by_hour(rows: Sequence[Row]) -> list[int]:
    """What would have been offered in each hour of the day."""
    found = Counter(row.hour for row in rows if offered(row, 0))
    return [found[hour] for hour in range(24)]


def by_weekday(rows: Sequence[Row]) -> list[int]:
    """The same by weekday, from Monday."""
    found = Counter(row.weekday for row in rows if offered(row, 0))
    return [found[day] for day in range(7)]


@dataclass(frozen=True)
class Week:
    """A week from its Monday in the reporting zone: what would have been offered in it."""

    week: str
    start: str
    this: int
    in_force: int | None


def weeks(rows: Sequence[Row], start: datetime, end: datetime, zone: ZoneInfo, *, compares: bool) -> list[Week]:
    """Every week that the days touch."""
    found = Counter(
        (row.rule, _monday(moment_of(row.at), zone)) for row in rows if row.rule != "this" or offered(row, 0)
    )
    first, last = _monday(start, zone), _monday(end - timedelta(microseconds=1), zone)
    mondays = [first + n * 7 * DAY for n in range((last - first).days // 7 + 1)]
    return [
        Week(f"{day:%G-W%V}", day.isoformat(), found["this", day], found["in_force", day] if compares else None)
        for day in mondays
    ]


def _monday(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())

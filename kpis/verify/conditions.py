"""Does a condition hold at an instant? Each kind of leak asked at every instant at which the answer may change.

Written from the definitions, without a look at the statements that keep the leaks. A judge gets a life, a stay in a stage
that the kind is about and an instant in it, and answers with the instant by which the flag is known (a new one is a new
flag), or None where nothing leaks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.clock import BEGINNING
from kpis.verify.walk import Stay


@dataclass(frozen=True)
class Touch:
    at: datetime
    kind: str
    direction: str
    side: str
    automated: bool


class Timeline:
    """What was said of something, in order; the last word at or before an instant counts."""

    def __init__(self, said: Sequence[tuple[datetime, object]]) -> None:
        self.times = [at for at, _value in said]
        self._values = [value for _at, value in said]

    def at(self, moment: datetime) -> object:
        place = bisect_right(self.times, moment)
        return self._values[place - 1] if place else None

    @property
    def last(self) -> object:
        """The last word of all."""
        return self._values[-1] if self._values else None


class PersonTimeline(Timeline):
    """(active, side) of a person; before their first row they were what it says."""

    def at(self, moment: datetime) -> object:
        return super().at(max(moment, self.times[0])) if self.times else None


@dataclass(frozen=True)
class Rules:
    """What is agreed, and who is who: the same for every lead."""

    limits: Mapping[str, timedelta]
    replies: frozenset[str]
    people: Mapping[int, PersonTimeline]

    def age(self, stay: Stay) -> timedelta:
        return stay.stage.age if stay.stage.age is not None else self.limits["stalled_limit"]

    def quiet(self, stay: Stay) -> timedelta:
        return stay.stage.quiet if stay.stage.quiet is not None else self.limits["stalled_quiet"]


@dataclass(frozen=True)
class Life:
    """One lead: its stays, when each side reached out or got a reply (`work`), and what was known of it. Times are in order."""

    stays: Sequence[Stay]
    outreach: Mapping[str, Sequence[datetime]]
    work: Mapping[str, Sequence[datetime]]
    consent: Timeline
    owner: Timeline
    email: Timeline
    phone: Timeline


Judge = Callable[[Life, Stay, datetime, Rules], datetime | None]
Moments = Callable[[Life, Stay, Rules], list[datetime]]


def outreach(touches: Sequence[Touch], side: str) -> list[datetime]:
    """When we reached out on that side; of sales only people count."""
    return [
        t.at
        for t in touches
        if t.direction == "outbound" and t.side == side and (side == "marketing" or not t.automated)
    ]


def work(touches: Sequence[Touch], side: str, replies: frozenset[str]) -> list[datetime]:
    """When that side did something about a lead, or it answered."""
    answers = [t.at for t in touches if t.direction == "inbound" and t.kind in replies]
    return sorted(outreach(touches, side) + answers)


def latest(times: Sequence[datetime], moment: datetime) -> datetime | None:
    place = bisect_right(times, moment)
    return times[place - 1] if place else None


def stalled(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    touched = latest(life.work[stay.stage.side], moment)
    since = stay.at + rules.age(stay)
    if touched is not None:
        since = max(since, touched + rules.quiet(stay))
    return since if since <= moment else None


def stalled_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    touches = life.work[stay.stage.side]
    return [stay.at + rules.age(stay), *touches, *(touch + rules.quiet(stay) for touch in touches)]


def unexplained(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    explained = any(row.at <= moment and (row.reason or "").strip() for row in stay.rows)
    return None if explained else stay.at


def unexplained_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    return [row.at for row in stay.rows]


def orphaned(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    owner = life.owner.at(moment)
    person = rules.people.get(owner) if isinstance(owner, int) else None
    return None if person is not None and person.at(moment) == (True, stay.stage.side) else BEGINNING


def orphaned_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    owners = {life.owner.at(moment) for moment in [stay.at, *life.owner.times]}
    people = [rules.people[owner] for owner in owners if isinstance(owner, int) and owner in rules.people]
    return [*life.owner.times, *(moment for person in people for moment in person.times)]


def unreachable(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    by_mail = life.email.at(moment) == "yes" and life.consent.at(moment) != "withdrawn"
    return None if by_mail or life.phone.at(moment) == "yes" else BEGINNING


def unreachable_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    return [*life.email.times, *life.phone.times, *life.consent.times]


def left_alone(limit: str) -> tuple[Judge, Moments]:
    """Forgotten and dropped customers: nothing from marketing for as long as the limit."""

    def judge(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
        if life.consent.at(moment) in ("refused", "withdrawn"):
            return None
        since = max(stay.at, latest(life.outreach["marketing"], moment) or stay.at) + rules.limits[limit]
        return since if since <= moment else None

    def moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
        touches = life.outreach["marketing"]
        return [
            stay.at + rules.limits[limit],
            *touches,
            *(at + rules.limits[limit] for at in touches),
            *life.consent.times,
        ]

    return judge, moments

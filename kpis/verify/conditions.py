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
from kpis.verify.handed import Dealings
from kpis.verify.walk import Stay
from kpis.verify.working_time import Calendars


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
    """(active, side, team) of a person; before their first row they were what it says."""

    def at(self, moment: datetime) -> object:
        return super().at(max(moment, self.times[0])) if self.times else None


@dataclass(frozen=True)
class Rules:
    """What is agreed, and who is who: the same for every lead."""

    limits: Mapping[str, timedelta]
    times: Mapping[str, int]
    replies: frozenset[str]
    people: Mapping[int, PersonTimeline]

    business: frozenset[str]
    calendars: Calendars

    def age(self, stay: Stay) -> timedelta:
        return stay.stage.age if stay.stage.age is not None else self.limits["stalled_limit"]

    def quiet(self, stay: Stay) -> timedelta:
        return stay.stage.quiet if stay.stage.quiet is not None else self.limits["stalled_quiet"]

    def after(self, kind: str, start: datetime, span: timedelta, life: Life, side: str) -> datetime:
        """When that much time has passed: working time of whoever holds the lead, where the limit of the kind counts that."""
        if kind not in self.business:
            return start + span
        owner, team = life.owner.at(start), life.team.at(start)
        person = owner if isinstance(owner, int) else None
        known = self.people.get(person) if person is not None else None
        said = known.at(start) if known else None
        teams = [team, said[2] if isinstance(said, tuple) else None]
        held, of_person = (
            one if isinstance(one, int) and self.calendars.side_of.get(one) == side else None for one in teams
        )
        person = None if of_person is None else person
        held_by = of_person if held is None else held
        return self.calendars.after(self.calendars.of(person, held_by, side, start), start, span)


@dataclass(frozen=True)
class Life:
    """One lead: its stays, when each side reached out or got a reply (`work`), and what was known of it. Times are in order."""

    stays: Sequence[Stay]
    outreach: Mapping[str, Sequence[datetime]]
    work: Mapping[str, Sequence[datetime]]
    consent: Timeline
    owner: Timeline
    team: Timeline
    email: Timeline
    phone: Timeline
    dealings: Dealings

    def stay_at(self, moment: datetime) -> Stay | None:
        """The stay in which the lead was then."""
        return next((s for s in self.stays if s.at <= moment and (s.until is None or moment < s.until)), None)


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
    since = _aged(life, stay, rules)
    if touched is not None:
        since = max(since, _quiet_again(life, stay, touched, rules))
    return since if since <= moment else None


def _aged(life: Life, stay: Stay, rules: Rules) -> datetime:
    return rules.after("stalled", stay.at, rules.age(stay), life, stay.stage.side)


def _quiet_again(life: Life, stay: Stay, touched: datetime, rules: Rules) -> datetime:
    return rules.after("stalled", touched, rules.quiet(stay), life, stay.stage.side)


def stalled_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    touches = life.work[stay.stage.side]
    return [_aged(life, stay, rules), *touches, *(_quiet_again(life, stay, touch, rules) for touch in touches)]


def unexplained(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    explained = any(row.at <= moment and (row.reason or "").strip() for row in stay.rows)
    return None if explained else stay.at


def unexplained_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    return [row.at for row in stay.rows]


def orphaned(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    owner = life.owner.at(moment)
    person = rules.people.get(owner) if isinstance(owner, int) else None
    said = person.at(moment) if person is not None else None
    return None if isinstance(said, tuple) and said[:2] == (True, stay.stage.side) else BEGINNING


def orphaned_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    owners = {life.owner.at(moment) for moment in [stay.at, *life.owner.times]}
    people = [rules.people[owner] for owner in owners if isinstance(owner, int) and owner in rules.people]
    return [*life.owner.times, *(moment for person in people for moment in person.times)]


def unreachable(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
    by_mail = life.email.at(moment) == "yes" and life.consent.at(moment) != "withdrawn"
    return None if by_mail or life.phone.at(moment) == "yes" else BEGINNING


def unreachable_moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
    return [*life.email.times, *life.phone.times, *life.consent.times]


def left_alone(kind: str) -> tuple[Judge, Moments]:
    """Forgotten and dropped customers: nothing from marketing for as long as the limit."""

    def too_long(life: Life, alone_since: datetime, rules: Rules) -> datetime:
        return rules.after(kind, alone_since, rules.limits[f"{kind}_limit"], life, "marketing")

    def judge(life: Life, stay: Stay, moment: datetime, rules: Rules) -> datetime | None:
        if life.consent.at(moment) in ("refused", "withdrawn"):
            return None
        since = too_long(life, max(stay.at, latest(life.outreach["marketing"], moment) or stay.at), rules)
        return since if since <= moment else None

    def moments(life: Life, stay: Stay, rules: Rules) -> list[datetime]:
        touches = life.outreach["marketing"]
        return [
            too_long(life, stay.at, rules),
            *touches,
            *(too_long(life, at, rules) for at in touches),
            *life.consent.times,
        ]

    return judge, moments

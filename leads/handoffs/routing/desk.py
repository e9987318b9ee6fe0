"""Who could get a lead, and whose turn is it, while receivers are being chosen? Handed from lead to lead; asks no database itself.

Whoever was given a lead has one more; whoever is full by that is left out from then on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from leads.handoffs.routing.availability import Person, bounded, judge_person, quota
from leads.handoffs.routing.chairman import Turns
from leads.handoffs.routing.eligibility import Verdict

Loads = Callable[[Collection[int]], Mapping[int, int]]
"""How much these people have in hand; who is not named in the answer has nothing."""
By = Literal["alike", "capacity", "load"]
LONGEST_NAME = 200
NAMED = 4
"""So many people are named when nobody of a pool can take a lead; the others are counted."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class LeadFacts:
    """What strategies know of a lead. `values` are texts by field, `holder` is who holds its company, and `held_by` how.

    `refusers` and `tired_teams` are not asked again; `sides` are those whose teams may receive by the rule.
    """

    lead_id: int
    sides: Collection[str]
    values: Mapping[str, str | None] = field(default_factory=dict)
    has_company: bool = False
    company: str | None = None
    domain: str | None = None
    holder: int | None = None
    held_by: str = ""
    refusers: Collection[int] = ()
    tired_teams: Collection[int] = ()


@dataclass(frozen=True)
class PoolOf:
    """People among whom one is chosen: of a team, or some of it, perhaps those with a skill; `by` how they weigh."""

    team: int
    people: tuple[int, ...] | None
    skill: str | None
    by: By

    @cached_property
    def name(self) -> str:
        """What the turns of this pool are kept under: rules that name the same pool share them."""
        parts = [f"team:{self.team}"]
        if self.people is not None:
            listed = ",".join(map(str, sorted(self.people)))
            parts.append(f"people:{listed if len(listed) <= 60 else _short(listed)}")
        if self.skill is not None:
            parts.append(f"skill:{self.skill if len(self.skill) <= 60 else _short(self.skill)}")
        return " ".join([*parts, self.by])[:LONGEST_NAME]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class TeamFacts:
    """A team that may receive."""

    id: int
    name: str
    side: str


def _nothing(_people: Collection[int]) -> Mapping[int, int]:
    return {}


@dataclass
class Desk:
    """Everybody and every team that is asked about, and whose turn it is by the name of the pool. `skills`: those by which may be chosen,
    since somebody has them (None: any). `loads` is asked once somebody is to be chosen by what they have in hand: to count it takes long.
    """

    now: datetime
    zone: ZoneInfo
    people: dict[int, Person]
    teams: Mapping[int, TeamFacts]
    turns: dict[str, Turns] = field(default_factory=dict)
    able: dict[PoolOf, dict[int, int]] = field(default_factory=dict)
    made: dict[Hashable, object] = field(default_factory=dict)
    skills: Collection[str] | None = None
    loads: Loads = _nothing
    counted: dict[int, int] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of a rule's terms, made once."""
        if key not in self.made:
            self.made[key] = make()
        return cast("Made", self.made[key])

    def judge(self, person_id: int, lead: LeadFacts) -> Verdict:
        """Whether this person may get this lead now."""
        person = self.people.get(person_id)
        if person is None:
            return Verdict(False, "unknown_person", "the person named is not there any more")
        if person_id in lead.refusers:
            return Verdict(False, "came_back", f"{person.name} had it in this pass")
        verdict = judge_person(person, now=self.now, zone=self.zone)
        if verdict.passed and person.side not in lead.sides:
            return Verdict(False, "other_side", f"{person.name} is in no team that this rule hands over to")
        return verdict

    def weights(self, pool: PoolOf, lead: LeadFacts) -> Mapping[int, int]:
        """Who of the pool may get this lead now, and how much each weighs."""
        if pool not in self.able:
            able = [person for person, verdict in self._verdicts(pool) if verdict.passed]
            weights = {person.id: 1 if pool.by == "alike" else person.weight for person in able}
            self.able[pool] = bounded(weights)
        able_now = self.able[pool]
        if not lead.refusers:
            return able_now
        return {one: weight for one, weight in able_now.items() if one not in lead.refusers}

    def in_hand(self, people: Collection[int]) -> Mapping[int, int]:
        """How much each of these people has in hand, what they were given meanwhile included."""
        if new := [one for one in people if one not in self.counted]:
            found = self.loads(new)
            self.counted |= {one: found.get(one, 0) for one in new}
        return {one: self.counted[one] + self.people[one].in_hand for one in people}

    def keep_counted(self) -> None:
        """Add what was given to what was counted before."""
        for one in self.counted:
            if one in self.people:
                self.counted[one] += self.people[one].in_hand

    def takers(self, team: int) -> frozenset[int]:
        """Who of the team may take leads now, were it not for their capacity."""
        everybody = self._verdicts(PoolOf(team, None, None, "alike"))
        return frozenset(person.id for person, verdict in everybody if verdict.passed or verdict.code == "full")

    def give(self, person_id: int) -> None:
        """One more for this person."""
        person = self.people[person_id]
        given = self.people[person_id] = replace(person, taken=person.taken + 1, in_hand=person.in_hand + 1)
        if not judge_person(given, now=self.now, zone=self.zone).passed:
            for pool in [pool for pool, weights in self.able.items() if person_id in weights]:
                del self.able[pool]

    def why_nobody(self, pool: PoolOf, lead: LeadFacts) -> tuple[str, str]:
        """Why nobody of this pool can take this lead: a code, and words."""
        name = self.teams[pool.team].name if pool.team in self.teams else "the team"
        found = [
            (
                person,
                Verdict(False, "came_back", f"{person.name} had it in this pass")
                if person.id in lead.refusers
                else verdict,
            )
            for person, verdict in self._verdicts(pool)
        ]
        if not found:
            return "nobody_there", f"nobody is in {name}"
        codes = Counter(verdict.code for _person, verdict in found)
        if len(codes) == 1 and "full" in codes:
            return "full", self._all_full(name, [person for person, _verdict in found])
        if len(codes) == 1 and "came_back" in codes:
            return "came_back", f"everybody in {name} had it in this pass"
        if len(codes) == 1 and "unskilled" in codes:
            return "unskilled", f"nobody in {name} has the skill “{pool.skill}”"
        shown = "; ".join(verdict.reason for _person, verdict in found[:NAMED])
        others = f"; and {len(found) - NAMED} others cannot either" if len(found) > NAMED else ""
        return "nobody_free", f"nobody in {name} can take it: {shown}{others}"

    def _all_full(self, team: str, people: list[Person]) -> str:
        day = self.now.astimezone(self.zone).date()
        taken, most = sum(person.taken for person in people), sum(quota(person, day) or 0 for person in people)
        periods = {person.period for person in people}
        when = f" this {periods.pop()}" if len(periods) == 1 else ""
        return f"everybody in {team} is full{when}: {taken} of {most}"

    def _verdicts(self, pool: PoolOf) -> list[tuple[Person, Verdict]]:
        """Everybody of the pool, in order of id, and whether they may get leads now, whichever."""
        if pool.people is None:
            everybody = [one for one in self.people.values() if one.team_id == pool.team and one.active]
        else:
            everybody = [self.people[one] for one in pool.people if one in self.people]
        return [(one, self._in_pool(one, pool)) for one in sorted(everybody, key=lambda one: one.id)]

    def _in_pool(self, person: Person, pool: PoolOf) -> Verdict:
        verdict = judge_person(person, now=self.now, zone=self.zone)
        if verdict.code != "inactive" and person.team_id != pool.team:
            name = self.teams[pool.team].name if pool.team in self.teams else "the team"
            return Verdict(False, "other_team", f"{person.name} is not in {name} any more")
        if pool.skill is not None and not self._has(person, pool.skill):
            return Verdict(False, "unskilled", f"{person.name} has not the skill “{pool.skill}”")
        return verdict

    def _has(self, person: Person, skill: str) -> bool:
        return skill in person.skills and (self.skills is None or skill in self.skills)

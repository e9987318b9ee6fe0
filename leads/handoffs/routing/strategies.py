"""How is a receiver found? Named strategies, each a small function of its terms, what is known of the lead, and the desk.

A function gives the receiver, or says in words why there is none; it changes nothing: whoever takes its answer tells the desk. Adding
a strategy takes its terms, one function, and one line in `STRATEGIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from leads.definitions.fields import find_field
from leads.handoffs.routing.chairman import Turns, choose
from leads.handoffs.routing.desk import By, Desk, LeadFacts, PoolOf
from leads.handoffs.terms import (
    CompanyOwner,
    LeastLoaded,
    NamedAccount,
    Pool,
    Queue,
    RoundRobin,
    Routing,
    Table,
    Weighted,
)
from leads.records.names import normal_name


@dataclass(frozen=True)
class Step:
    """What one strategy of a rule said: the receiver (`user_id` None: anybody of the team), or why there is none.

    `turns` are those of `pool` once this answer was taken.
    """

    strategy: str
    passed: bool
    code: str
    reason: str
    user_id: int | None = None
    team_id: int | None = None
    pool: str | None = None
    turns: Turns | None = None

    @property
    def sentence(self) -> str:
        """The reason as a sentence of its own."""
        return f"{self.reason[:1].upper()}{self.reason[1:]}."


def company_owner(terms: CompanyOwner, lead: LeadFacts, desk: Desk) -> Step:
    """Whoever holds the company's latest lead that is with sales, or its latest open deal."""
    if not lead.has_company:
        return _nobody(terms, "no_company", "the lead has no company")
    if lead.holder is None:
        return _nobody(terms, "no_holder", "nobody holds a lead or an open deal of this company")
    return _to_person(terms, lead.holder, lead.held_by, lead, desk)


def named_account(terms: NamedAccount, lead: LeadFacts, desk: Desk) -> Step:
    """Whoever looks after the lead's company, by its name or domain."""
    accounts = desk.once(("accounts", id(terms)), lambda: _accounts(terms))
    person = accounts.get(lead.domain or "") or accounts.get(lead.company or "")
    if person is None:
        return _nobody(terms, "no_account", "the company is none of the named accounts")
    return _to_person(terms, person, "looks after this company", lead, desk)


def _accounts(terms: NamedAccount) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for account in terms.accounts:
        for key in (account.company.strip().lower(), normal_name(account.company)):
            found.setdefault(key, account.person)
    return found


def table(terms: Table, lead: LeadFacts, desk: Desk) -> Step:
    """By turns, weighted by capacity, in the pool of the row in which the lead's value stands."""
    pool, why = _row(terms, lead)
    return _by_turn(terms, pool, "capacity", lead, desk) if pool else _nobody(terms, "no_row", why)


def _row(terms: Table, lead: LeadFacts) -> tuple[Pool | None, str]:
    value = lead.values.get(terms.field)
    if not value:
        return None, f"the lead's {_title(terms.field)} is not known"
    for row in terms.rows:
        if value.lower() in map(str.lower, row.values):
            return row.to, ""
    return None, f"no row of the table has the {_title(terms.field)} “{value}”"


def round_robin(terms: RoundRobin, lead: LeadFacts, desk: Desk) -> Step:
    """Everybody in turn, alike."""
    return _by_turn(terms, terms.pool, "alike", lead, desk)


def weighted(terms: Weighted, lead: LeadFacts, desk: Desk) -> Step:
    """In turn, in proportion to capacity."""
    return _by_turn(terms, terms.pool, "capacity", lead, desk)


def least_loaded(terms: LeastLoaded, lead: LeadFacts, desk: Desk) -> Step:
    """Whoever has the fewest leads in hand for their capacity; of equals, the lower id."""
    pool, why = pool_of(terms.pool, "load", lead)
    if pool is None:
        return _nobody(terms, "skill_unknown", why)
    weights = desk.weights(pool, lead)
    if not weights:
        return _nobody(terms, *desk.why_nobody(pool, lead))
    held = desk.in_hand(weights)
    chosen = min(weights, key=lambda one: (Fraction(held[one], weights[one]), one))
    person = desk.people[chosen]
    reason = (
        f"{person.name} has the fewest leads in hand for their capacity in {desk.teams[pool.team].name}: {held[chosen]}"
    )
    return Step(terms.strategy, True, "found", reason, chosen, pool.team)


def queue(terms: Queue, lead: LeadFacts, desk: Desk) -> Step:
    """Anybody of the team, if there is somebody who could take it; how many they have is for them to see."""
    team = desk.teams.get(terms.team)
    if team is None:
        return _nobody(terms, "unknown_team", "the team named is not there any more")
    if team.id in lead.tired_teams:
        return _nobody(terms, "came_back", f"{team.name} let it expire in this pass")
    takers = desk.once(("takers", team.id), lambda: desk.takers(team.id))
    if not takers.difference(lead.refusers):
        return _nobody(terms, *desk.why_nobody(PoolOf(team.id, None, None, "alike"), lead))
    return Step(terms.strategy, True, "found", f"anybody in {team.name} may take it", None, team.id)


def _by_turn(terms: Table | RoundRobin | Weighted, among: Pool, by: By, lead: LeadFacts, desk: Desk) -> Step:
    pool, why = pool_of(among, by, lead)
    if pool is None:
        return _nobody(terms, "skill_unknown", why)
    weights = desk.weights(pool, lead)
    if not weights:
        return _nobody(terms, *desk.why_nobody(pool, lead))
    chosen, turns = choose(desk.turns.get(pool.name, Turns()), weights)
    how = ", weighted by capacity" if by == "capacity" else ""
    skill = f", for “{pool.skill}”" if pool.skill is not None else ""
    reason = f"by turn in {desk.teams[pool.team].name}{how}{skill}: {desk.people[chosen].name} is next"
    return Step(terms.strategy, True, "found", reason, chosen, pool.team, pool.name, turns)


def pool_of(pool: Pool, by: By, lead: LeadFacts) -> tuple[PoolOf | None, str]:
    """The pool for this lead; None, and why, where it asks for a skill and the lead's value is not known."""
    people = None if pool.people is None else tuple(pool.people)
    if pool.skill is None:
        return PoolOf(pool.team, people, None, by), ""
    value = lead.values.get(pool.skill)
    if not value:
        return None, f"the lead's {_title(pool.skill)} is not known, by which one is chosen"
    return PoolOf(pool.team, people, value.lower(), by), ""


def _to_person(terms: CompanyOwner | NamedAccount, person_id: int, how: str, lead: LeadFacts, desk: Desk) -> Step:
    verdict = desk.judge(person_id, lead)
    if not verdict.passed:
        return _nobody(terms, verdict.code, f"{verdict.reason} (who {how})")
    person = desk.people[person_id]
    return Step(terms.strategy, True, "found", f"{person.name} {how}", person_id, person.team_id)


def _nobody(terms: Routing, code: str, reason: str) -> Step:
    return Step(terms.strategy, False, code, reason)


def _title(name: str) -> str:
    field = find_field(name)
    return field.title if field else name


def _turn_of_row(terms: Table, lead: LeadFacts) -> PoolOf | None:
    pool, _why = _row(terms, lead)
    return pool_of(pool, "capacity", lead)[0] if pool else None


@dataclass(frozen=True)
class Strategy:
    """One way to find a receiver. `pool`: among whom it would choose, where it does; its turns are locked before."""

    key: str
    title: str
    find: Callable[[Any, LeadFacts, Desk], Step]
    pool: Callable[[Any, LeadFacts], PoolOf | None] = lambda _terms, _lead: None


STRATEGIES = {
    strategy.key: strategy
    for strategy in (
        Strategy("company_owner", "The company's present owner", company_owner),
        Strategy("named_account", "Named accounts", named_account),
        Strategy("table", "By a table", table, _turn_of_row),
        Strategy(
            "round_robin", "Everybody in turn", round_robin, lambda terms, lead: pool_of(terms.pool, "alike", lead)[0]
        ),
        Strategy(
            "weighted",
            "In turn, weighted by capacity",
            weighted,
            lambda terms, lead: pool_of(terms.pool, "capacity", lead)[0],
        ),
        Strategy(
            "least_loaded",
            "Whoever has the least in hand",
            least_loaded,
            lambda terms, lead: pool_of(terms.pool, "load", lead)[0],
        ),
        Strategy("queue", "Anybody of the team", queue),
    )
}
"""Every strategy, by the key that stands in a rule's terms."""


def find_receiver(steps: list[Routing], lead: LeadFacts, desk: Desk) -> list[Step]:
    """What each strategy said, in order, up to the one that found a receiver."""
    said = []
    for terms in steps:
        step = STRATEGIES[terms.strategy].find(terms, lead, desk)
        said.append(step)
        if step.passed:
            break
    return said


def take(step: Step, desk: Desk) -> None:
    """The answer is taken: whose turn it is, and who has one more."""
    if step.pool is not None and step.turns is not None:
        desk.turns[step.pool] = step.turns
    if step.user_id is not None:
        desk.give(step.user_id)

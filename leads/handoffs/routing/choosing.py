"""Who receives these leads? Sets up the desk for them, lets each rule's strategies choose in a fixed order, and keeps the turns.

Asked by the job for batches, by people who leave the choice to a rule, and by explanations, which change nothing. Locks: the turns of
every pool that may be asked, in order of their names, then everybody among them who has a limit, in order of id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alignment.people.models import Team
from alignment.people.selectors import reporting_zone
from alignment.timezones import start_of_day
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.checks import RECEIVING
from leads.handoffs.naming import people_of, pools_of, teams_of
from leads.handoffs.routing.agreed import Rule
from leads.handoffs.routing.availability import period_began
from leads.handoffs.routing.desk import Desk, LeadFacts, PoolOf, TeamFacts
from leads.handoffs.routing.queries import facts, receivers, turns
from leads.handoffs.routing.queries.situations import Situation, situations
from leads.handoffs.routing.strategies import STRATEGIES, Step, find_receiver, take
from leads.handoffs.terms import CompanyOwner, HandoffRule, NamedAccount, Table


@dataclass(frozen=True)
class Asked:
    """A lead for which a rule is to find a receiver."""

    lead: Situation
    rule: Rule


@dataclass(frozen=True)
class Chosen:
    """What each strategy said, up to the one that found a receiver, if one did."""

    steps: Sequence[Step]

    @property
    def receiver(self) -> Step | None:
        """The answer that was taken."""
        return self.steps[-1] if self.steps and self.steps[-1].passed else None

    @property
    def why(self) -> list[str]:
        """How the receiver was found, or why there is none, one sentence a strategy."""
        return [step.sentence for step in self.steps]


def choose_receivers(
    asked: Sequence[Asked],
    known: Sequence[LeadFacts],
    stages: StageSet,
    *,
    now: datetime,
    zone: ZoneInfo,
    in_hand: dict[int, int] | None = None,
) -> list[Chosen]:
    """A receiver for each of these leads, of whom this is known, in their order. The caller holds a transaction and the leads' locks.

    `in_hand`: what receivers were counted to have before, which is taken as it is; what is counted or given now is added.
    """
    pools = {pool for one, lead in zip(asked, known, strict=True) for pool in _pools(one.rule.terms, lead)}
    skills = receivers.skills_among({pool.skill for pool in pools if pool.skill is not None})
    kept = turns.locked({pool.name for pool in pools if pool.skill is None or pool.skill in skills})
    people, teams = _named([one.rule for one in asked])
    people |= {lead.holder for lead in known if lead.holder is not None}
    desk = _desk(people, teams, stages, now, zone, lock=True)
    desk.turns.update(kept)
    desk.skills = skills
    desk.counted = {} if in_hand is None else in_hand
    found: list[Chosen] = []
    given: Counter[str] = Counter()
    for one, lead in zip(asked, known, strict=True):
        chosen = Chosen(find_receiver(one.rule.terms.routing, lead, desk))
        if chosen.receiver is not None:
            take(chosen.receiver, desk)
            given.update([chosen.receiver.pool] if chosen.receiver.pool else [])
        found.append(chosen)
    desk.keep_counted()
    turns.keep(desk.turns, given)
    return found


def choose_receiver(lead_id: int, rule: Rule, *, now: datetime) -> Chosen:
    """The same for one lead that somebody leaves to a rule, whatever its criteria say; the turn is taken."""
    stages = stage_set()
    [lead] = situations([lead_id], at=now, stages=stages)
    asked = [Asked(lead, rule)]
    [chosen] = choose_receivers(asked, facts_of(asked, stages, now), stages, now=now, zone=reporting_zone())
    return chosen


def would_receive(lead: Situation, rule: Rule, stages: StageSet, *, now: datetime, zone: ZoneInfo) -> Chosen:
    """Who would get this lead by this rule now; nobody's turn is taken, nothing is locked."""
    asked = [Asked(lead, rule)]
    [known] = facts_of(asked, stages, now)
    people, teams = _named([rule])
    people |= set() if known.holder is None else {known.holder}
    desk = _desk(people, teams, stages, now, zone)
    desk.turns.update(turns.shown({pool.name for pool in _pools(rule.terms, known)}))
    return Chosen(find_receiver(rule.terms.routing, known, desk))


def _pools(rule: HandoffRule, lead: LeadFacts) -> Iterator[PoolOf]:
    for terms in rule.routing:
        pool = STRATEGIES[terms.strategy].pool(terms, lead)
        if pool is not None:
            yield pool


def _desk(
    people: set[int],
    teams: set[int],
    stages: StageSet,
    now: datetime,
    zone: ZoneInfo,
    *,
    lock: bool = False,
) -> Desk:
    today = now.astimezone(zone).date()
    open_stages = [stage.key for stage in stages.forward if stage.category == Category.OPEN]
    found = receivers.people(
        people,
        teams,
        at=now,
        week=start_of_day(period_began(today, "week"), zone),
        month=start_of_day(period_began(today, "month"), zone),
        lock=lock,
    )
    there = {
        one.team_id: TeamFacts(one.team_id, one.team or "", one.side or "")
        for one in found.values()
        if one.team_id is not None and one.team_id in teams
    }
    if empty := teams - there.keys():
        there |= {team.pk: TeamFacts(team.pk, team.name, team.side) for team in Team.objects.filter(pk__in=empty)}
    return Desk(now, zone, found, there, loads=lambda those: receivers.in_hand(those, open_stages))


def facts_of(asked: Sequence[Asked], stages: StageSet, now: datetime) -> list[LeadFacts]:
    """What the strategies of the rules need to know of these leads; no question is put that none of them asks."""
    rules = _rules(asked)
    steps = [step for rule in rules for step in rule.terms.routing]
    skills = {pool.skill for rule in rules for _way, pool in pools_of(rule.terms)}
    fields = {step.field for step in steps if isinstance(step, Table)} | {one for one in skills if one is not None}
    by_company = any(isinstance(step, CompanyOwner) for step in steps)
    by_account = any(isinstance(step, NamedAccount) for step in steps)
    ids = [one.lead.lead_id for one in asked]
    with_sales = [stage.key for stage in stages.forward if stage.side != "marketing"]
    holding = facts.Holding(with_sales, RECEIVING["sales"]) if by_company else None
    known = facts.known(ids, fields, now, holding=holding) if fields or by_company or by_account else {}
    return [_of_one(one, known.get(one.lead.lead_id, NOTHING)) for one in asked]


NOTHING = facts.Known(None, None, None, {})


def _of_one(asked: Asked, known: facts.Known) -> LeadFacts:
    lead = asked.lead
    return LeadFacts(
        lead_id=lead.lead_id,
        sides=RECEIVING[asked.rule.terms.to.side],
        values=known.values,
        has_company=known.company_id is not None,
        company=known.company,
        domain=known.domain,
        holder=known.holder,
        held_by="holds the company's latest lead with sales"
        if known.by_lead
        else "owns the company's latest open deal",
        refusers=frozenset(one for one in lead.refusers or () if one is not None),
        tired_teams=frozenset(lead.tired_teams or ()),
    )


def _rules(asked: Sequence[Asked]) -> list[Rule]:
    return list({one.rule.version.version_id: one.rule for one in asked}.values())


def _named(rules: Sequence[Rule]) -> tuple[set[int], set[int]]:
    """Ids of everybody and every team that these rules name."""
    people = {person for rule in rules for person in people_of(rule.terms)}
    return people, {team for rule in rules for team in teams_of(rule.terms)}

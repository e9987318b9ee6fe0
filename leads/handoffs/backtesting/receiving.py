"""Who would have received these leads? The rule's strategies choose for one after another, from a desk on which nobody is owed anything.

People, their teams, capacity and absences are those of now: a rule is signed for those who will work by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from alignment.people.models import Side, Team
from leads.funnel.stage_sets import StageSet
from leads.handoffs.backtesting.offering import Offer
from leads.handoffs.backtesting.queries.holders import holders
from leads.handoffs.checks import RECEIVING
from leads.handoffs.models import Absence
from leads.handoffs.naming import people_of, pools_of, teams_of
from leads.handoffs.routing.availability import Person, period_began
from leads.handoffs.routing.desk import Desk, LeadFacts, PoolOf, TeamFacts
from leads.handoffs.routing.queries import facts, receivers
from leads.handoffs.routing.strategies import Step, find_receiver, take
from leads.handoffs.terms import CompanyOwner, HandoffRule, Table


@dataclass
class DayDesk(Desk):
    """A desk on which nobody had a lead before: why a pool has nobody is the same for every lead of a day."""

    whys: dict[PoolOf, tuple[str, str]] = field(default_factory=dict)

    def why_nobody(self, pool: PoolOf, lead: LeadFacts) -> tuple[str, str]:
        if pool not in self.whys:
            self.whys[pool] = super().why_nobody(pool, lead)
        return self.whys[pool]


def receive(
    offers: Sequence[Offer], rule: HandoffRule, stages: StageSet, *, end: datetime, zone: ZoneInfo
) -> tuple[list[Step], dict[int, Person]]:
    """What the last strategy asked said of each offer, in their order (a receiver, or why there is none); and everybody asked."""
    known = _facts(offers, rule, stages, end)
    named = people_of(rule) | {lead.holder for lead in known if lead.holder is not None}
    desk = _desk(named, teams_of(rule), end, zone)
    away = _absences(desk.people)
    said: list[Step] = []
    for day, pairs in _by_day(zip(offers, known, strict=True), zone):
        _new_day(desk, day, away, zone)
        for offer, lead in pairs:
            desk.now = offer.at
            step = find_receiver(rule.routing, lead, desk)[-1]
            if step.passed:
                take(step, desk)
            said.append(step)
    return said, desk.people


def _by_day(
    pairs: Iterable[tuple[Offer, LeadFacts]], zone: ZoneInfo
) -> Iterator[tuple[date, Iterator[tuple[Offer, LeadFacts]]]]:
    return groupby(pairs, key=lambda pair: pair[0].at.astimezone(zone).date())


def _desk(people: set[int], teams: set[int], end: datetime, zone: ZoneInfo) -> DayDesk:
    """Everybody with nothing taken and nothing in hand."""
    found = receivers.people(people, teams, at=end, week=end, month=end)
    fresh = {pk: replace(one, taken=0, in_hand=0, away_until=None) for pk, one in found.items()}
    there = {team.pk: TeamFacts(team.pk, team.name, Side(team.side)) for team in Team.objects.filter(pk__in=teams)}
    return DayDesk(end, zone, fresh, there)


Away = dict[int, list[tuple[datetime, datetime]]]


def _absences(people: Iterable[int]) -> Away:
    found: Away = {}
    for user, since, until in Absence.objects.filter(user__in=list(people)).values_list("user", "since", "until"):
        found.setdefault(user, []).append((since, until))
    return found


def _new_day(desk: DayDesk, day: date, away: Away, zone: ZoneInfo) -> None:
    """Who is away on this day, and what of the period's capacity is used: nothing where a new period begins."""
    before = desk.now.astimezone(zone).date()
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    for pk, person in desk.people.items():
        until = max((end for since, end in away.get(pk, ()) if since <= noon < end), default=None)
        same = period_began(day, person.period) == period_began(before, person.period)
        desk.people[pk] = replace(person, away_until=until, taken=person.taken if same else 0)
    desk.able.clear()
    desk.whys.clear()


def _facts(offers: Sequence[Offer], rule: HandoffRule, stages: StageSet, end: datetime) -> list[LeadFacts]:
    """What strategies need to know: fields as they are now, the company's holder as of each offer."""
    skills = {pool.skill for _way, pool in pools_of(rule) if pool.skill is not None}
    fields = skills | {step.field for step in rule.routing if isinstance(step, Table)}
    known = facts.known([one.lead_id for one in offers], fields, end)
    with_sales = [stage.key for stage in stages.forward if stage.side != "marketing"]
    asks = any(isinstance(step, CompanyOwner) for step in rule.routing)
    held = holders([(one.lead_id, one.at) for one in offers], stages=with_sales) if asks else {}
    return [_of_one(one, known, held.get(n), rule) for n, one in enumerate(offers)]


def _of_one(offer: Offer, known: dict[int, facts.Known], held: tuple[int, bool] | None, rule: HandoffRule) -> LeadFacts:
    lead = known[offer.lead_id]
    holder, by_lead = held or (None, True)
    return LeadFacts(
        lead_id=offer.lead_id,
        sides=RECEIVING[rule.to.side],
        values=lead.values,
        has_company=lead.company_id is not None,
        company=lead.company,
        domain=lead.domain,
        holder=holder,
        held_by="held the company's latest lead with sales" if by_lead else "owned the company's latest open deal",
    )

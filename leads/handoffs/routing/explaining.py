"""What would happen to this lead, and why? Each rule in order with its verdict, the winner, its receiver and the deadlines.

Asked by a lead's page and the API, for any lead and any instant; nothing is changed by asking. Of past instants whose turn it was is not
known, and fields, people and capacities are those of now; rules, stages, activities and handoffs are those of then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from alignment.people.models import Team, User
from alignment.people.selectors import reporting_zone, sees_everything
from alignment.refusals import Refused
from leads.definitions.explaining import Part, explain
from leads.definitions.terms import LeadDefinition
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.queries.reckon import calendars_of
from leads.handoffs.routing.agreed import Rule, rules_at
from leads.handoffs.routing.choosing import Chosen, would_receive
from leads.handoffs.routing.eligibility import (
    Verdict,
    eligible_since,
    judge_lead,
    judge_offer,
    judge_past,
    judge_stage,
)
from leads.handoffs.routing.queries.situations import Situation, situations
from leads.handoffs.routing.strategies import STRATEGIES, Step
from leads.handoffs.schedules import plans
from leads.records.models import Lead

NOW_ENOUGH = timedelta(minutes=1)
"""An instant so close to the present is answered by whose turn it is now."""

TURN_UNKNOWN = "Whose turn it was then is not known."


NOT_YOURS = Verdict(False, "not_yours", "It would not come to your team now.")
OF_THE_LEAD = ("not_there", "test", "merged", "erased", "no_stage", "on_offer", *Category.values)
"""Verdicts that say nothing of anybody but the lead."""


@dataclass(frozen=True)
class RuleSaid:
    """One rule in force at the instant: whether it takes the lead. `parts` are its conditions with what was found, where the lead stands
    where it begins.
    """

    key: str
    title: str
    order: int
    version_id: int
    number: int
    verdict: Verdict
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class StepSaid:
    """What one strategy of the winning rule said."""

    strategy: str
    title: str
    verdict: Verdict


@dataclass(frozen=True)
class Receiver:
    """Who would get it; `user_id` None: anybody of the team."""

    user_id: int | None
    user: str | None
    team_id: int
    team: str


@dataclass(frozen=True)
class Routing:
    """What would happen: `verdict` in one sentence, with a code. `winner` is the key of the rule that takes the lead; `receiver`,
    `accept_by` and `contact_by` are of an offer at the instant, where there would be one.
    """

    lead_id: int
    at: datetime
    verdict: Verdict
    rules: Sequence[RuleSaid]
    winner: str | None = None
    steps: Sequence[StepSaid] = ()
    receiver: Receiver | None = None
    accept_by: datetime | None = None
    contact_by: datetime | None = None


def routing_of(lead: Lead, *, at: datetime, user: User, now: datetime | None = None) -> Routing:
    """What would happen to this lead at that instant. Refused (404) for who may not see it, and (400) for an instant that is not yet
    (`now` is the present; left out, `at` is). A partner's people learn of their own team only.
    """
    if not Lead.objects.visible_to(user).filter(pk=lead.pk).exists():
        raise Refused("not_found", "There is no such lead.", status=404)
    if now is not None and at > now:
        raise Refused("in_the_future", "What will happen to a lead cannot be told before; ask about now or before.")
    found = _routing(lead, at, is_present=now is None or now - at <= NOW_ENOUGH)
    return found if sees_everything(user) else _for_outsiders(found, user)


def _routing(lead: Lead, at: datetime, *, is_present: bool) -> Routing:
    zone, stages = reporting_zone(), stage_set()
    with transaction.atomic():
        [stands] = situations([lead.pk], at=at, stages=stages)
    rules = rules_at(at)
    said, winner = _ask(rules, stands, lead, stages, at, zone)
    if at < lead.created_at:
        return Routing(lead.pk, at, Verdict(False, "not_there", "There was no such lead yet."), said)
    if winner is None:
        return Routing(lead.pk, at, _nobody(stands, rules, said, stages), said)
    barred = judge_offer(stands, winner)
    if not barred.passed:
        told = f"“{winner.terms.title}” takes it, but nobody is offered it: {barred.reason}."
        return Routing(lead.pk, at, Verdict(False, barred.code, told), said, winner.key)
    chosen = would_receive(stands, winner, stages, now=at, zone=zone)
    return _routed(Routing(lead.pk, at, barred, said, winner.key), winner, chosen, is_present=is_present)


def _for_outsiders(found: Routing, user: User) -> Routing:
    """What partners learn: how their lead stands, and whether it would come to their own team; nothing of others."""
    if found.receiver is not None and found.receiver.team_id == user.team_id:
        return replace(found, rules=(), steps=())
    verdict = found.verdict if found.verdict.code in OF_THE_LEAD else NOT_YOURS
    return Routing(found.lead_id, found.at, verdict, ())


def _ask(
    rules: Sequence[Rule], stands: Situation, lead: Lead, stages: StageSet, at: datetime, zone: ZoneInfo
) -> tuple[list[RuleSaid], Rule | None]:
    """What each rule says, in order, and the first that takes the lead. While it is on offer none does, but each says what it would."""
    said: list[RuleSaid] = []
    winner: Rule | None = None
    open_to_rules = judge_lead(stands, stages)
    for rule in rules:
        verdict, parts = _verdict(rule, stands, lead, stages, at, zone)
        if verdict.passed and not open_to_rules.passed and open_to_rules.code != "on_offer":
            verdict = open_to_rules
        elif verdict.passed and winner is not None:
            verdict = Verdict(False, "later", f"It would take the lead, but “{winner.terms.title}” comes first.")
        elif verdict.passed:
            winner = rule
        version = rule.version
        terms = rule.terms
        said.append(RuleSaid(rule.key, terms.title, terms.order, version.version_id, version.number, verdict, parts))
    return said, winner if open_to_rules.passed else None


def _verdict(
    rule: Rule, stands: Situation, lead: Lead, stages: StageSet, at: datetime, zone: ZoneInfo
) -> tuple[Verdict, Sequence[Part]]:
    """Whether this rule, asked alone, takes the lead."""
    stage = judge_stage(stands, rule, stages)
    if not stage.passed:
        return stage, ()
    found = explain(LeadDefinition(criteria=rule.terms.criteria), lead, at)
    if not found.held:
        return Verdict(False, "criteria", f"It {found.summary}."), found.parts
    past = judge_past(stands, rule, now=at, zone=zone)
    if not past.passed:
        return past, found.parts
    since = eligible_since(stands, rule)
    if since > at:
        return Verdict(False, "not_yet", f"It may be handed over from {_moment(since, zone)} on."), found.parts
    return Verdict(True, "matches", f"It {found.summary}."), found.parts


def _nobody(stands: Situation, rules: Sequence[Rule], said: Sequence[RuleSaid], stages: StageSet) -> Verdict:
    """Why nothing would happen, in a sentence."""
    open_to_rules = judge_lead(stands, stages)
    if not open_to_rules.passed:
        return open_to_rules
    if not rules:
        return Verdict(False, "no_rules", "No handoff rule was in force: leads change hands by hand only.")
    asked = [one for one in said if one.verdict.code != "other_stage"]
    if not asked:
        stage = stages.by_key.get(stands.stage or "")
        return Verdict(
            False, "no_rule_here", f"No rule hands leads over from {stage.title if stage else stands.stage}."
        )
    if len(asked) == 1:
        return Verdict(False, asked[0].verdict.code, f"“{asked[0].title}” does not take it: {asked[0].verdict.reason}")
    return Verdict(False, "no_match", f"None of the {len(asked)} rules that hand over from its stage takes it.")


def _routed(asked: Routing, winner: Rule, chosen: Chosen, *, is_present: bool) -> Routing:
    found, title, at = chosen.receiver, winner.terms.title, asked.at
    asked = replace(asked, steps=[_step(step, is_present) for step in chosen.steps])
    if found is None or found.team_id is None:
        told = f"“{title}” takes it, but nobody can get it. {' '.join(chosen.why)}"
        return replace(asked, verdict=Verdict(False, "no_receiver", told))
    if not is_present and found.pool is not None:
        told = f"“{title}” takes it. {TURN_UNKNOWN}"
        return replace(asked, verdict=Verdict(True, "turn_unknown", told))
    team = Team.objects.get(pk=found.team_id)
    user = User.objects.filter(pk=found.user_id).first() if found.user_id is not None else None
    [calendar] = calendars_of([(found.user_id, team.pk, team.side)], at)
    [plan] = plans([(winner.terms, calendar)], at)
    told = f"“{title}” offers it to {user or f'anybody in {team}'}."
    return replace(
        asked,
        verdict=Verdict(True, "offered", told),
        receiver=Receiver(found.user_id, str(user) if user else None, team.pk, team.name),
        accept_by=plan.accept_by,
        contact_by=plan.contact_by,
    )


def _step(step: Step, is_present: bool) -> StepSaid:
    if step.passed and step.pool is not None and not is_present:
        return StepSaid(step.strategy, STRATEGIES[step.strategy].title, Verdict(True, "turn_unknown", TURN_UNKNOWN))
    return StepSaid(step.strategy, STRATEGIES[step.strategy].title, Verdict(step.passed, step.code, step.sentence))


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-d %B %Y, %H:%M}"

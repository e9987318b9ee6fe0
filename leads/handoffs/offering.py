"""How is a lead offered to somebody? The only writer of new handoffs; called by routing, by people, and when offers are passed on.

An offer changes neither owner nor stage. Both deadlines are reckoned now, by the calendar of the receiver, and what the sweep will
do on the way is laid down with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from alignment.agreements.in_force import InForce
from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.people.selectors import reporting_zone, sees_everything
from alignment.refusals import Refused
from leads.funnel.stage_sets import stage_set
from leads.handoffs import telling
from leads.handoffs.access import may_hand_over, not_yours
from leads.handoffs.discretion import receiver_to
from leads.handoffs.models import Handoff, Origin, State
from leads.handoffs.outcomes import moves_to
from leads.handoffs.queries.moments import not_before_others
from leads.handoffs.queries.offer import Row, offer, take_to_tell
from leads.handoffs.queries.receiving import Receiving, receiving
from leads.handoffs.routing.agreed import Rule
from leads.handoffs.routing.choosing import choose_receiver
from leads.handoffs.routing.strategies import Step
from leads.handoffs.rules import rule_named
from leads.handoffs.running_out import let_run_out
from leads.handoffs.schedules import Plan, plans
from leads.handoffs.targets import find_target
from leads.handoffs.terms import HandoffRule
from leads.lifecycle.changes import lock
from leads.records.models import Lead


@dataclass(frozen=True)
class Offer:
    """One lead for one receiver by one rule; `to_user_id` None: for anybody of the team.

    `why` says how the receiver was found, one sentence an item. `replaces_id` is the handoff that this one continues.
    `from_side` is the side that hands over; None: the one the rule names. `from_stage` is where the lead stood when it was found to
    qualify; None: where it stands. `is_new_need`: nobody has noted yet that it qualified.
    """

    lead_id: int
    rule: InForce
    to_user_id: int | None
    to_team_id: int
    strategy: str | None = None
    why: Sequence[str] = field(default_factory=tuple)
    origin: str = Origin.RULE.value
    replaces_id: int | None = None
    qualified_at: datetime | None = None
    offered_by_id: int | None = None
    from_side: str | None = None
    from_stage: str | None = None
    is_new_need: bool = False


def offer_all(
    offers: Sequence[Offer], *, now: datetime, zone: ZoneInfo | None = None, told_later: bool = False
) -> list[int]:
    """Offer them, end their leads' needs, and tell the receivers; ids of the handoffs, in the order of the offers.

    The caller holds a transaction and the locks of the leads, none of which is on open offer. The number of statements does not
    grow with the leads, but with the receivers told. `told_later`: receivers are told by `tell_of_offers`, which the caller sees to.
    """
    if not offers:
        return []
    receivers = receiving({(one.to_user_id, one.to_team_id) for one in offers}, now)
    to = [receivers[one.to_user_id, one.to_team_id] for one in offers]
    laid = _plans(offers, to, now)
    rows = [_row(one, whom, laid[one.rule.version_id, whom.calendar_id]) for one, whom in zip(offers, to, strict=True)]
    ids = offer(rows, now=now, told_later=told_later)
    if told_later:
        return ids
    told = [
        telling.Offered(made, whom, row.accept_by, row.offered_by_id)
        for made, whom, row in zip(ids, to, rows, strict=True)
    ]
    telling.offered(told, now=now, zone=zone or reporting_zone())
    return ids


@again_after_deadlock
@transaction.atomic
def tell_of_offers(*, now: datetime) -> None:
    """Tell receivers of offers made together with many others, each of all of theirs at once, and of those that a job that was killed
    left untold.
    """
    if not (offers := take_to_tell()):
        return
    receivers = receiving({(one.to_user_id, one.to_team_id) for one in offers}, now)
    told = [
        telling.Offered(one.handoff_id, receivers[one.to_user_id, one.to_team_id], one.accept_by, None)
        for one in offers
    ]
    telling.offered(told, now=now, zone=reporting_zone())


_By = tuple[int, int | None]
"""The version of a rule, and a calendar."""


def _plans(offers: Sequence[Offer], to: Sequence[Receiving], now: datetime) -> dict[_By, Plan]:
    """The plan for each rule and calendar: who works by the same calendar shares it."""
    asked = {(one.rule.version_id, whom.calendar_id): one.rule for one, whom in zip(offers, to, strict=True)}
    laid = plans([(rule.says(HandoffRule), calendar_id) for (_version, calendar_id), rule in asked.items()], now)
    return dict(zip(asked, laid, strict=True))


def _row(one: Offer, whom: Receiving, plan: Plan) -> Row:
    rule = one.rule.says(HandoffRule)
    return Row(
        lead_id=one.lead_id,
        rule_id=one.rule.version_id,
        rule_key=one.rule.key,
        origin=str(one.origin),
        replaces_id=one.replaces_id,
        from_stage=one.from_stage,
        to_stage=rule.to.stage,
        from_side=one.from_side or rule.from_.side,
        to_team_id=one.to_team_id,
        to_user_id=one.to_user_id,
        offered_by_id=one.offered_by_id,
        strategy=one.strategy,
        why=list(one.why),
        qualified_at=one.qualified_at,
        calendar_id=whom.calendar_id,
        accept_by=plan.accept_by,
        contact_by=plan.contact_by,
        schedule=plan.entries,
        is_new=one.is_new_need,
    )


@again_after_deadlock
@transaction.atomic
def offer_by_hand(
    lead: Lead, rule_key: str, *, by: User, to_user_id: int | None = None, to_team_id: int | None = None, now: datetime
) -> Handoff:
    """Hand a lead over by a rule in force, whether it meets its criteria or not; to nobody named: to whom the rule finds.

    Refused: `not_found` (404), `not_yours` (403), `unknown_rule` (422), `offered_already`, `wrong_stage`, `not_counted` (409),
    `no_receiver` (409), and as `find_target` refuses (422).
    """
    lock([lead.pk])
    locked = Lead.objects.visible_to(by).select_related("team").filter(pk=lead.pk).first()
    if locked is None:
        raise Refused("not_found", "There is no such lead, or none that you may see.", status=404)
    now = not_before_others(lead.pk, now)
    let_run_out([lead.pk], now=now)
    rule = rule_named(rule_key, at=now, by=by)
    terms = rule.says(HandoffRule)
    if not may_hand_over(by, locked, terms):
        raise not_yours(f"people of {terms.from_.side}, who holds the lead, a lead of either side, or an operator")
    _must_be_free(locked, terms, by)
    by_hand = f"Handed over by {by}."
    if to_user_id is None and to_team_id is None:
        found = _by_rule(locked, Rule(rule, terms), by, now)
        user_id, team_id, strategy, why = found.user_id, found.team_id or 0, found.strategy, [by_hand, found.sentence]
    else:
        target = find_target(to_user_id=to_user_id, to_team_id=to_team_id, side=terms.to.side, by=by)
        user_id, team_id, strategy, why = target.user_id, target.team.pk, None, [by_hand]
    offer = Offer(
        lead.pk, rule, user_id, team_id, strategy, why, Origin.PERSON.value, qualified_at=now, offered_by_id=by.pk
    )
    [made] = offer_all([offer], now=now)
    return Handoff.objects.get(pk=made)


def _by_rule(lead: Lead, rule: Rule, by: User, now: datetime) -> Step:
    """Whom the rule's strategies find for this lead; their turn is taken."""
    chosen = choose_receiver(lead.pk, rule, now=now)
    if chosen.receiver is None:
        told = " ".join(chosen.why) if sees_everything(by) else ""
        detail = told or "The rule finds nobody."
        raise Refused("no_receiver", f"Nobody can take it: {detail} Choose somebody yourself.", status=409)
    return chosen.receiver


def _must_be_free(lead: Lead, rule: HandoffRule, by: User) -> None:
    """The lead counts, is on no offer, and stands where accepting it would bring it on."""
    if lead.erased_at is not None or lead.is_test or lead.merged_into_id is not None:
        raise Refused("not_counted", "This lead is a test, was merged into another, or was erased.", status=409)
    pending = Handoff.objects.filter(lead=lead, state=State.OFFERED).select_related("to_user", "to_team").first()
    if pending is not None:
        whom = receiver_to(by, pending)
        raise Refused("offered_already", f"This lead is on offer to {whom} already.", status=409)
    stages = stage_set()
    if lead.stage_id is None or not moves_to(stages, lead.stage_id, rule.to.stage):
        titles = {key: term.title for key, term in stages.by_key.items()}
        here, goal = titles.get(lead.stage_id or "", "no stage"), titles.get(rule.to.stage, rule.to.stage)
        raise Refused("wrong_stage", f"This rule brings leads to {goal}; this one is in {here}.", status=409)

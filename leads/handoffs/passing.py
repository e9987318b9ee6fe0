"""Who else shall have this lead? An offer, or a lead in hand, is passed on within the receiving side, with fresh clocks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.handoffs import deciding
from leads.handoffs.access import may_reassign, not_yours
from leads.handoffs.discretion import receiver_to
from leads.handoffs.models import Handoff, Origin, State
from leads.handoffs.offering import Offer, offer_all
from leads.handoffs.reading import one
from leads.handoffs.rules import as_in_force
from leads.handoffs.taking import must_be_in_hand, must_be_open, take
from leads.handoffs.targets import Target, find_target
from leads.handoffs.withdrawing import take_back, withdraw_groundless


def reassign(
    handoff_id: int, *, by: User, to_user_id: int | None = None, to_team_id: int | None = None, now: datetime
) -> Handoff:
    """Pass it on; the new handoff, which continues this one. To oneself: it is accepted at once.

    An open offer is taken back and offered anew. An accepted lead stays with its owner until the next has accepted it.
    Refused: `not_yours` (403), `already_decided`, `not_accepted`, `passed_on`, `being_passed_on` (409), and as `find_target`
    refuses, `same_receiver` (422) included.
    """
    new = _reassign(handoff_id, by, to_user_id, to_team_id, now)
    if new is None:
        raise deciding.lead_moved()
    return new


@again_after_deadlock
@transaction.atomic
def _reassign(
    handoff_id: int, by: User, to_user_id: int | None, to_team_id: int | None, now: datetime
) -> Handoff | None:
    """The new handoff; None where the offer had to be taken back, since the lead moved on."""
    handoff, now = take(handoff_id, by=by, now=now)
    if not may_reassign(by, handoff):
        raise not_yours(
            f"who it is offered to or holds the lead, leads of either side, or an operator ({handoff.to_team})"
        )
    if handoff.state == State.ACCEPTED:
        must_be_in_hand(handoff, by)
        _must_not_be_under_way(handoff, by)
    else:
        must_be_open(handoff, by)
    target = find_target(to_user_id=to_user_id, to_team_id=to_team_id, side=handoff.to_side, by=by)
    _must_be_another(handoff, target)
    if handoff.state == State.OFFERED:
        if withdraw_groundless([handoff.lead_id], now=now):
            return None
        take_back([handoff.pk], by=by, why=f"passed on to {target}", now=now)
    new_id = _offer(handoff, target, by, now)
    if target.user_id == by.pk:
        deciding.accept(new_id, by=by, now=now)
    return one(by, new_id)


def _offer(handoff: Handoff, target: Target, by: User, now: datetime) -> int:
    offer = Offer(
        lead_id=handoff.lead_id,
        rule=as_in_force(handoff),
        to_user_id=target.user_id,
        to_team_id=target.team.pk,
        why=[f"Passed on by {by}."],
        origin=Origin.REASSIGNED.value,
        replaces_id=_last_of(handoff),
        qualified_at=handoff.qualified_at,
        offered_by_id=by.pk,
        from_side=handoff.to_side,
    )
    return offer_all([offer], now=now)[0]


def _last_of(handoff: Handoff) -> int:
    """The end of the chain that this handoff began: others it was passed on to in vain come between."""
    last = handoff.pk
    while (after := Handoff.objects.filter(replaces=last).values_list("pk", flat=True).first()) is not None:
        last = after
    return last


def _must_not_be_under_way(handoff: Handoff, by: User) -> None:
    pending = (
        Handoff.objects.filter(lead_id=handoff.lead_id, state=State.OFFERED)
        .select_related("to_user", "to_team")
        .first()
    )
    if pending is not None:
        whom = receiver_to(by, pending)
        raise Refused("being_passed_on", f"This lead is on offer to {whom} already: pass that offer on.", status=409)


def _must_be_another(handoff: Handoff, target: Target) -> None:
    has_it = handoff.lead.owner_id if handoff.state == State.ACCEPTED else handoff.to_user_id
    same_queue = handoff.state == State.OFFERED and handoff.to_user_id is None and target.user is None
    if (target.user is not None and target.user.pk == has_it) or (same_queue and target.team.pk == handoff.to_team_id):
        detail = f"{target} has it already: choose somebody else."
        raise Refused("same_receiver", detail, [FieldError("to_user", "same_receiver", detail)], status=422)

"""May somebody go on with a lead that is on offer? Who takes it further takes it: the offer is accepted first, in the same transaction.

Asked by a lead's page and by the API alike, wherever people move leads, open deals, or change who a lead is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import Side, User
from alignment.refusals import Refused
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs import reading
from leads.handoffs.access import for_receiver, may_contact, may_decide
from leads.handoffs.deciding import accept
from leads.handoffs.models import Handoff, State
from leads.handoffs.withdrawing import withdraw_groundless
from leads.lifecycle.changes import lock, move_stage
from leads.outcome import RowResult
from leads.records.models import Lead

IDENTITY = frozenset({"email", "phone", "first_name", "last_name", "full_name", "company", "owner", "team"})
"""Who a lead is and who holds it: not for those to whom it is only offered."""


@again_after_deadlock
@transaction.atomic
def move(
    lead: Lead, to: str, *, by: User, now: datetime, at: datetime | None = None, reason: str | None = None,
    expected: str | None = None,
) -> int | None:  # fmt: skip
    """Move one lead by hand, as `move_stage` does; the id of the logged row, or None where accepting the offer was the move.

    Refused besides: `on_offer` (409) where somebody else is to decide, or where the move is said to have been before;
    `only_offered` (403) where a partner would move it elsewhere; and as accepting is.
    """
    lock([lead.pk])
    lead.refresh_from_db(fields=["stage", "team", "offered_team", "owner"])
    if expected is None or expected == lead.stage_id:
        offer = _open_offer(lead, now)
        if offer is not None and _reaches(stage_set(), to, offer.to_stage):
            if _accepted(offer, by=by, now=now, at=at):
                lead.refresh_from_db()
                if lead.stage_id == to:
                    return None
                at = expected = None
        else:
            must_hold(lead, by)
    return move_stage(lead, to, actor=by, now=now, at=at, reason=reason, expected=expected)


def accept_for_deal(lead_id: int, *, by: User, now: datetime) -> None:
    """Before a deal is opened for this lead: accept what `by` is offered. The caller holds a transaction. Refused as `move` is."""
    lock([lead_id])
    offer = _open_offer(Lead.objects.get(pk=lead_id), now)
    if offer is not None:
        _accepted(offer, by=by, now=now)


@again_after_deadlock
@transaction.atomic
def save_deal(save: Callable[[], RowResult], *, lead_id: int | None, by: User, now: datetime) -> RowResult:
    """What `save` makes of one row, which names this lead by its id, or any lead otherwise; `save` refuses what cannot be taken.

    Where it is a new deal for a lead on offer, the offer is accepted first. Refused as `move` is.
    """
    try:
        with transaction.atomic():
            result = save()
            on_offer = _lead_on_offer(result.id) if result.status == "created" else None
            if on_offer is None:
                return result
            transaction.set_rollback(True)
    except Refused:
        on_offer = lead_id if Handoff.objects.filter(lead=lead_id or 0, state=State.OFFERED).exists() else None
        if on_offer is None:
            raise
    accept_for_deal(on_offer, by=by, now=now)
    return save()


def _lead_on_offer(deal_id: int | None) -> int | None:
    """The lead of this deal, where it is on open offer."""
    offers = Handoff.objects.filter(lead__deals=deal_id or 0, state=State.OFFERED)
    return offers.values_list("lead_id", flat=True).first()


def must_hold(lead: Lead, by: User) -> None:
    """Refused with `only_offered` (403) for a partner's people whose team is offered this lead and does not hold it."""
    if by.side == Side.PARTNER and lead.team_id != by.team_id:
        detail = f"{lead.name} is only on offer to your team: accept it first, or turn it down."
        raise Refused("only_offered", detail, status=403)


def must_hold_to_change(lead: Lead, names: Iterable[str], by: User) -> None:
    """The same, where one of these fields says who the lead is or who holds it."""
    if IDENTITY & set(names):
        must_hold(lead, by)


def _open_offer(lead: Lead, now: datetime) -> Handoff | None:
    """The offer for which there is still ground."""
    if lead.offered_team_id is None or withdraw_groundless([lead.pk], now=now):
        return None
    offers = reading.with_everybody(Handoff.objects.filter(lead=lead, state=State.OFFERED))
    return offers.first()


def _reaches(stages: StageSet, to: str, goal: str) -> bool:
    """Whether that stage is the one that accepting leads to, or beyond."""
    target, aim = stages.by_key.get(to), stages.by_key.get(goal)
    aim = stages.by_key.get(aim.counts_as, aim) if aim is not None and aim.counts_as else aim
    if target is None or aim is None or target.position is None or aim.position is None:
        return False
    return target.position >= aim.position


def _accepted(offer: Handoff, *, by: User, now: datetime, at: datetime | None = None) -> bool:
    """Accepted for who may decide; False for who does not receive it, or holds the lead and only passes it on."""
    if not may_decide(by, offer):
        if may_contact(by, offer) and offer.lead.owner_id != by.pk:
            detail = f"This lead is on offer: {for_receiver(offer)} is to accept it first."
            raise Refused("on_offer", detail, status=409)
        return False
    if at is not None and at < now:
        detail = "This lead is on offer, and accepting it counts from now: accept it first, then say when it moved on."
        raise Refused("on_offer", detail, status=409)
    accept(offer.pk, by=by, now=now)
    return True

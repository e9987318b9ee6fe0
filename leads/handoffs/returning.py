"""What if an accepted lead comes back after all? For an agreed reason, which says where it goes; a missing reason may follow later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused
from leads.funnel.models import Category
from leads.funnel.stage_sets import stage_set
from leads.handoffs import telling
from leads.handoffs.access import may_explain, may_give_back, not_yours
from leads.handoffs.models import Handoff, State
from leads.handoffs.notes import clean_note
from leads.handoffs.outcomes import CameBack, follow
from leads.handoffs.resuming import end_holds
from leads.handoffs.rules import agreed_reason, rule_of
from leads.handoffs.taking import must_be_in_hand, take
from leads.handoffs.withdrawing import take_back
from leads.lifecycle.changes import bring_up_to_date, touch

CLOSED = (Category.WON, Category.LOYAL)


@again_after_deadlock
@transaction.atomic
def give_back(handoff_id: int, *, by: User, reason: str, note: str | None = None, now: datetime) -> Handoff:
    """Give an accepted lead back; whoever it is being passed on to need not decide any more.

    Refused: `not_yours` (403), `not_accepted`, `passed_on`, `won` (409), `unknown_reason`, `note_needed` (422).
    """
    handoff, now = take(handoff_id, by=by, now=now)
    must_be_in_hand(handoff, by)
    if not may_give_back(by, handoff):
        raise not_yours(f"who holds the lead, a lead of {handoff.to_team}, or an operator")
    _must_not_be_won(handoff)
    why, text = agreed_reason(rule_of(handoff), reason, note), clean_note(note)
    open_offers = Handoff.objects.filter(lead_id=handoff.lead_id, state=State.OFFERED)
    take_back(list(open_offers.values_list("pk", flat=True)), by=by, why="the lead was given back", now=now)
    end_holds([handoff.pk], by_id=by.pk, now=now)
    facts = {"returned_at": now, "returned_recorded_at": now, "returned_by": by, "next_at": None}
    facts |= {"reason": why.key, "note": text, "reason_recorded_at": now}
    in_hand = Handoff.objects.filter(pk=handoff.pk, state=State.ACCEPTED, returned_at=None)
    changed = in_hand.update(version=F("version") + 1, **facts)
    handoff.refresh_from_db(fields=[*facts, "version"])
    if changed != 1:
        must_be_in_hand(handoff, by)
    follow(CameBack(handoff, why, by.pk, now))
    bring_up_to_date([handoff.lead_id])
    telling.decided(handoff, by=by, did=f"gave a lead back: {why.title}", now=now)
    return handoff


@again_after_deadlock
@transaction.atomic
def explain(handoff_id: int, *, by: User, reason: str, note: str | None = None, now: datetime) -> Handoff:
    """Say later why a lead came back that came without a reason; nothing else follows from it.

    Refused: `not_yours` (403), `did_not_come_back`, `explained_already` (409), `unknown_reason`, `note_needed` (422).
    """
    handoff, now = take(handoff_id, by=by, now=now)
    if not may_explain(by, handoff):
        raise not_yours(f"who turned it down or gave it back, a lead of {handoff.to_team}, or an operator")
    if handoff.state != State.REJECTED and handoff.returned_at is None:
        raise Refused("did_not_come_back", "This lead did not come back: there is nothing to explain.", status=409)
    why, text = agreed_reason(rule_of(handoff), reason, note), clean_note(note)
    facts = {"reason": why.key, "reason_recorded_at": now, "note": text if text is not None else handoff.note}
    unexplained = Handoff.objects.filter(pk=handoff.pk, reason=None)
    if unexplained.update(version=F("version") + 1, **facts) != 1:
        raise Refused("explained_already", "A reason was given already, and reasons stay as they are.", status=409)
    touch([handoff.lead_id])
    handoff.refresh_from_db(fields=[*facts, "version"])
    return handoff


def _must_not_be_won(handoff: Handoff) -> None:
    stage = stage_set().by_key.get(handoff.lead.stage_id or "")
    if stage is not None and stage.category in CLOSED:
        raise Refused("won", f"This lead is in {stage.title}: nobody gives a customer back.", status=409)

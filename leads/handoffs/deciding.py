"""Does the receiver take the lead, or not? Decided once: of two at the same moment one gets it, the other is told by whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused
from leads.funnel.stage_sets import stage_set
from leads.handoffs import telling
from leads.handoffs.access import for_receiver, may_decide, not_yours
from leads.handoffs.clocks import CONTACT, ESCALATE
from leads.handoffs.models import Handoff, State
from leads.handoffs.notes import clean_note
from leads.handoffs.outcomes import CameBack, follow, moves_to, stays_with_owner
from leads.handoffs.queries.offered import keep_offered
from leads.handoffs.resuming import end_holds, entries_of, next_moment
from leads.handoffs.rules import agreed_reason, rule_of
from leads.handoffs.schedules import Standing, lay_out
from leads.handoffs.taking import Taken, must_be_open, take
from leads.handoffs.withdrawing import withdraw_groundless
from leads.lifecycle.changes import NewChange, NewValue, append_changes, append_values, bring_up_to_date

CAUSE = "handoff"


def accept(handoff_id: int, *, by: User, now: datetime) -> Handoff:
    """Take the lead: it moves to the stage of the rule unless it is there or beyond, and `by` holds it.

    Refused: `already_decided` (409) says who decided what and when, `not_yours` (403), `whose` (409) where an operator accepts what
    is offered to a team, `lead_moved` (409) where there is no ground for the offer any more; it is taken back then.
    """
    done = _accept(handoff_id, by=by, now=now)
    if done is None:
        raise lead_moved()
    return done


def reject(handoff_id: int, *, by: User, reason: str, note: str | None = None, now: datetime) -> Handoff:
    """Turn the lead down for an agreed reason, which says where it goes.

    Refused as accepting is, and with `unknown_reason`, `note_needed` (422).
    """
    done = _reject(handoff_id, by=by, reason=reason, note=note, now=now)
    if done is None:
        raise lead_moved()
    return done


@again_after_deadlock
@transaction.atomic
def _accept(handoff_id: int, *, by: User, now: datetime) -> Handoff | None:
    taken = _to_decide(handoff_id, by, now)
    if taken is None:
        return None
    handoff, now = taken
    owner_id = _owner(handoff, by)
    end_holds([handoff.pk], by_id=by.pk, now=now)
    handoff.refresh_from_db(fields=["accept_by", "contact_by", "schedule", "step"])
    _decide(handoff, State.ACCEPTED, by=by, now=now, **_contact_clock(handoff, now))
    _hold_lead(handoff, owner_id, by=by, now=now)
    _stop_former(handoff, by=by, now=now)
    telling.decided(handoff, by=by, did="took the lead", now=now)
    return handoff


@again_after_deadlock
@transaction.atomic
def _reject(handoff_id: int, *, by: User, reason: str, note: str | None, now: datetime) -> Handoff | None:
    taken = _to_decide(handoff_id, by, now)
    if taken is None:
        return None
    handoff, now = taken
    why, text = agreed_reason(rule_of(handoff), reason, note), clean_note(note)
    end_holds([handoff.pk], by_id=by.pk, now=now)
    _decide(handoff, State.REJECTED, by=by, now=now, next_at=None, reason=why.key, note=text, reason_recorded_at=now)
    if not stays_with_owner(handoff):
        follow(CameBack(handoff, why, by.pk, now))
    bring_up_to_date([handoff.lead_id])
    telling.decided(handoff, by=by, did=f"turned a lead down: {why.title}", now=now)
    return handoff


def _to_decide(handoff_id: int, by: User, now: datetime) -> Taken | None:
    """The open offer, for who may decide on it; None where it had to be taken back instead."""
    taken = take(handoff_id, by=by, now=now)
    handoff, now = taken
    if not may_decide(by, handoff):
        raise not_yours(for_receiver(handoff))
    must_be_open(handoff, by)
    return None if withdraw_groundless([handoff.lead_id], now=now) else taken


def lead_moved() -> Refused:
    """What is told of an offer that had to be taken back instead."""
    detail = "This lead moved on meanwhile, so the offer was taken back. Look at the lead to see where it is."
    return Refused("lead_moved", detail, status=409, stands=True)


def _owner(handoff: Handoff, by: User) -> int:
    """Who holds the lead from now on. An operator accepts for whom it is offered to."""
    if not by.is_operator or by.team_id == handoff.to_team_id or by.pk == handoff.to_user_id:
        return by.pk
    if handoff.to_user_id is None:
        detail = f"This is offered to anybody of {handoff.to_team}: pass it on to one of them first."
        raise Refused("whose", detail, status=409)
    return handoff.to_user_id


def _decide(handoff: Handoff, state: State, *, by: User, now: datetime, **more: object) -> None:
    """Compare and swap: one decision falls, in the order in which the locks were had."""
    facts = {"state": state, "decided_at": now, "decided_recorded_at": now, "decided_by": by, **more}
    swapped = Handoff.objects.filter(pk=handoff.pk, state=State.OFFERED)
    changed = swapped.update(version=F("version") + 1, **facts)
    handoff.refresh_from_db(fields=[*facts, "version"])
    if changed != 1:
        must_be_open(handoff, by)
    keep_offered([handoff.lead_id])


def _contact_clock(handoff: Handoff, now: datetime) -> dict[str, object]:
    """The schedule goes on with the clock to first contact. What it missed is past: only escalations are still to come, and they
    count from now.
    """
    accept = [entry for entry in handoff.schedule if entry["clock"] != CONTACT]
    contact = entries_of(handoff, CONTACT)
    rule = rule_of(handoff)
    if rule is not None and handoff.contact_by is not None and handoff.contact_by <= now:
        standing = Standing(rule, handoff.calendar_id, CONTACT, handoff.contact_by, None, overdue_since=now)
        [later] = lay_out([standing])
        missed = [entry for entry in contact if entry["what"] != ESCALATE]
        contact = [*missed, *(entry for entry in later if entry["what"] == ESCALATE)]
    schedule = accept + contact
    past = sum(datetime.fromisoformat(entry["at"]) <= now for entry in contact)
    step = len(accept) + past
    return {"schedule": schedule, "step": step, "next_at": next_moment(schedule, step, State.ACCEPTED)}


def _hold_lead(handoff: Handoff, owner_id: int, *, by: User, now: datetime) -> None:
    """The lead comes to its new owner, and into the stage of the rule if it stands below."""
    lead, stages = handoff.lead, stage_set()
    if moves_to(stages, lead.stage_id, handoff.to_stage):
        change = NewChange(
            lead.pk, stages.meaning(handoff.to_stage), now, CAUSE, owner_id=owner_id, team_id=handoff.to_team_id,
            agreement_version_id=handoff.rule_id,
        )  # fmt: skip
        append_changes([change], recorded_at=now, actor_id=by.pk)
    else:
        values = [NewValue(lead.pk, "owner", now, ref=owner_id), NewValue(lead.pk, "team", now, ref=handoff.to_team_id)]
        append_values(values, recorded_at=now, actor_id=by.pk)
    bring_up_to_date([lead.pk])


def _stop_former(handoff: Handoff, *, by: User, now: datetime) -> None:
    """Who had accepted the lead before is not waited for any more."""
    former = Handoff.objects.filter(lead_id=handoff.lead_id, state=State.ACCEPTED).exclude(pk=handoff.pk)
    ids = list(former.filter(returned_at=None).values_list("pk", flat=True))
    if ids:
        end_holds(ids, by_id=by.pk, now=now)
        former.filter(pk__in=ids).update(next_at=None)

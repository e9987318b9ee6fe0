"""May the clocks stand still, since we wait for somebody outside? For an agreed reason, and as long as was agreed at most."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.handoffs.access import for_receiver, may_hold, not_yours
from leads.handoffs.clocks import ACCEPT, ClockName
from leads.handoffs.models import Deadline, Handoff, Hold, State
from leads.handoffs.notes import clean_note
from leads.handoffs.queries.contacts import contacted_at
from leads.handoffs.queries.reckon import seconds_left
from leads.handoffs.resuming import CLOCKS, end_holds
from leads.handoffs.rules import rule_of
from leads.handoffs.schedules import agreed_span
from leads.handoffs.taking import must_be_in_hand, take
from leads.handoffs.terms import HandoffRule, HoldReason
from leads.lifecycle.changes import touch

LONGEST_NOTE = 500


@again_after_deadlock
@transaction.atomic
def hold(
    handoff_id: int, *, by: User, reason: str, until: datetime | None = None, note: str | None = None, now: datetime
) -> Handoff:
    """Let both clocks stand still from `now`; a deadline that has passed stays. It ends at `until`, or when was agreed at most.

    Refused: `unknown_reason`, `too_long`, `in_the_past` (422), `on_hold_already`, `contacted_already`, `not_accepted`,
    and `too_late_to_hold` for an open offer that is overdue (409).
    """
    handoff, now = take(handoff_id, by=by, now=now)
    if handoff.state != State.OFFERED:
        must_be_in_hand(handoff, by)
    if not may_hold(by, handoff):
        raise not_yours(for_receiver(handoff))
    _must_not_wait(handoff, by, now)
    _must_not_be_late(handoff, now)
    rule = rule_of(handoff)
    agreed = _agreed(rule, reason)
    ends_by = _ends_by(agreed, _waited(handoff, agreed), until, now)
    text = clean_note(note, longest=LONGEST_NOTE)
    left = {clock: _left(handoff, rule, clock, now) for clock in CLOCKS}
    Hold.objects.create(
        handoff=handoff, reason=agreed.key, note=text, began_at=now, ends_by=ends_by, by=by,
        accept_left=left["accept"], contact_left=left["contact"],
    )  # fmt: skip
    _stand_still(handoff, [clock for clock in CLOCKS if left[clock] is not None], ends_by, now)
    touch([handoff.lead_id])
    handoff.refresh_from_db()
    return handoff


@again_after_deadlock
@transaction.atomic
def resume(handoff_id: int, *, by: User, now: datetime) -> Handoff:
    """End the wait: what was left on each clock runs on. Refused with `not_on_hold` (409) where there is none."""
    handoff, now = take(handoff_id, by=by, now=now)
    if not may_hold(by, handoff):
        raise not_yours(for_receiver(handoff))
    if not end_holds([handoff.pk], by_id=by.pk, now=now):
        raise Refused("not_on_hold", "This handoff is not on hold: its clocks run.", status=409)
    touch([handoff.lead_id])
    handoff.refresh_from_db()
    return handoff


def _must_not_wait(handoff: Handoff, by: User, now: datetime) -> None:
    """Refused while a hold runs; one that is over by itself and was not noticed yet is ended. Refused after the first contact."""
    running = Hold.objects.filter(handoff=handoff, ended_at=None).select_related("by").first()
    if running is not None and running.ends_by > now:
        raise Refused("on_hold_already", f"{running.by or 'Somebody'} has put this on hold already.", status=409)
    if running is not None:
        end_holds([handoff.pk], by_id=by.pk, now=now)
        handoff.refresh_from_db(fields=["accept_by", "contact_by", "schedule", "step", "next_at"])
    if contacted_at(handoff.pk) is not None:
        detail = "The first contact was made: there is no clock left to hold."
        raise Refused("contacted_already", detail, status=409)


def _must_not_be_late(handoff: Handoff, now: datetime) -> None:
    """An offer that was to be accepted by now is decided on, not put off."""
    if handoff.state == State.OFFERED and handoff.accept_by is not None and handoff.accept_by <= now:
        detail = "The time to accept this is over, and a wait would hide it: accept it, turn it down, or pass it on."
        raise Refused("too_late_to_hold", detail, status=409)


def _agreed(rule: HandoffRule | None, key: str) -> HoldReason:
    found = rule.hold(key) if rule is not None else None
    if found is None:
        known = "; ".join(f"{one.key} ({one.title})" for one in rule.holds) if rule is not None else ""
        detail = f"Choose one of the agreed reasons to wait: {known}." if known else "No reason to wait was agreed."
        raise Refused("unknown_reason", detail, [FieldError("reason", "unknown_reason", detail)], status=422)
    return found


def _waited(handoff: Handoff, agreed: HoldReason) -> timedelta:
    """How long this handoff was on hold for this reason before."""
    over = Hold.objects.filter(handoff=handoff, reason=agreed.key).exclude(ended_at=None)
    return sum((end - began for began, end in over.values_list("began_at", "ended_at") if end), timedelta())


def _ends_by(agreed: HoldReason, waited: timedelta, until: datetime | None, now: datetime) -> datetime:
    """The agreed hours count for all holds of a handoff together, or they would be renewed without end."""
    left = timedelta(hours=agreed.most_hours) - waited
    if left <= timedelta():
        detail = f"“{agreed.title}” holds for {agreed.most_hours:g} hours at most, and those are used up."
        raise Refused("too_long", detail, [FieldError("reason", "too_long", detail)], status=422)
    most = now + left
    if until is None:
        return most
    if until <= now:
        detail = "A hold ends in the future."
        raise Refused("in_the_past", detail, [FieldError("until", "in_the_past", detail)], status=422)
    if until > most:
        used = f"; {left.total_seconds() / 3600:.4g} are left" if waited else ""
        detail = f"“{agreed.title}” holds for {agreed.most_hours:g} hours at most{used}."
        raise Refused("too_long", detail, [FieldError("until", "too_long", detail)], status=422)
    return until


def _left(handoff: Handoff, rule: HandoffRule | None, clock: ClockName, now: datetime) -> float | None:
    """Seconds left on a clock that runs; None where it does not, or where its deadline has passed."""
    due = handoff.accept_by if clock == ACCEPT else handoff.contact_by
    if due is None or due <= now or rule is None or (clock == ACCEPT and handoff.state != State.OFFERED):
        return None
    return seconds_left(handoff.calendar_id if agreed_span(rule, clock).business else None, now, due)


def _stand_still(handoff: Handoff, clocks: list[ClockName], ends_by: datetime, now: datetime) -> None:
    Deadline.objects.bulk_create(
        Deadline(handoff=handoff, clock=clock, due_at=None, recorded_at=now) for clock in clocks
    )
    without = {f"{clock}_by": None for clock in clocks}
    Handoff.objects.filter(pk=handoff.pk).update(next_at=ends_by, version=F("version") + 1, **without)

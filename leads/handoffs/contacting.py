"""Somebody of the receiving side spoke with the lead: how do they say so in one line?

It becomes an activity like any other, typed in by hand; when it counts as the first contact is told in `queries.contacts`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.activities.kinds import KINDS, OUTBOUND, SALES, find_kind
from leads.activities.log import ActivityRow, log_activities
from leads.handoffs.access import may_contact, not_yours
from leads.handoffs.models import Handoff, State
from leads.handoffs.resuming import end_holds
from leads.handoffs.taking import must_be_in_hand, take

CONTACTS = tuple(kind for kind in KINDS if kind.direction == OUTBOUND and kind.side == SALES and not kind.automated)
"""Kinds that are a contact: calls, mails, meetings, …"""


@again_after_deadlock
@transaction.atomic
def contacted(
    handoff_id: int, *, by: User, kind: str, note: str | None = None, outcome: str | None = None, at: datetime | None = None,
    now: datetime,
) -> Handoff:  # fmt: skip
    """Log a call, mail or meeting with the lead of a handoff that is open or accepted; a hold ends with it.

    Refused: `not_yours` (403), `not_accepted`, `passed_on` (409), `unknown_kind` (422), and as the log of activities refuses.
    """
    handoff, now = take(handoff_id, by=by, now=now)
    if not may_contact(by, handoff):
        raise not_yours(f"people of {handoff.to_side}, who receive the lead")
    if handoff.state != State.OFFERED:
        must_be_in_hand(handoff, by)
    row = ActivityRow(
        kind=_contact(kind), at=at or now, lead_id=handoff.lead_id, subject=note, outcome=outcome, typed_in=True
    )
    [result] = log_activities([row], now=now, actor_id=by.pk)
    if result.status == "rejected":
        code, detail = result.code or "invalid", result.detail or "This cannot be logged."
        names = {"subject": "note"}
        field = names.get(result.field or "", result.field or "kind")
        raise Refused(code, detail, [FieldError(field, code, detail)], status=422)
    end_holds([handoff.pk], by_id=by.pk, now=now)
    Handoff.objects.filter(pk=handoff.pk).update(version=F("version") + 1)
    handoff.refresh_from_db()
    return handoff


def _contact(word: str) -> str:
    found = find_kind(word)
    if found is None or found not in CONTACTS:
        detail = f"“{word[:50]}” is no contact; these are: {', '.join(kind.key for kind in CONTACTS)}."
        raise Refused("unknown_kind", detail, [FieldError("kind", "unknown_kind", detail)], status=422)
    return found.key

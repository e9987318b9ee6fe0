"""When is an open offer taken back? By hand, and by the machine as soon as there is no ground for it any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit, clean_text
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.handoffs import telling
from leads.handoffs.access import may_withdraw, not_yours
from leads.handoffs.grounds import without_ground
from leads.handoffs.models import Handoff, State
from leads.handoffs.queries import close
from leads.handoffs.queries.offered import keep_offered
from leads.handoffs.reading import with_everybody
from leads.handoffs.resuming import end_holds
from leads.handoffs.routing import waiting
from leads.handoffs.running_out import let_run_out
from leads.handoffs.taking import must_be_open, take
from leads.lifecycle.changes import touch

LONGEST_WHY = 200


@again_after_deadlock
@transaction.atomic
def withdraw(handoff_id: int, *, by: User, why: str, now: datetime) -> Handoff:
    """Take an open offer back by hand; `why` is one line, and is kept as its note."""
    handoff, now = take(handoff_id, by=by, now=now)
    if not may_withdraw(by, handoff):
        raise not_yours(f"the side that offered it ({handoff.from_side}), a lead of either side, or an operator")
    must_be_open(handoff, by)
    take_back([handoff.pk], by=by, why=_line(why), now=now)
    handoff.refresh_from_db()
    return handoff


def _line(why: str) -> str:
    """What somebody typed, as one line; `required`, `too_long`, `invalid_characters` (422)."""
    detail = f"Say in a line why you take it back, in up to {LONGEST_WHY} characters."
    try:
        line = clean_text("why", " ".join(why.split()), LONGEST_WHY)
    except Unfit as unfit:
        detail = detail if unfit.code == "too_long" else unfit.detail
        raise Refused(unfit.code, detail, [FieldError("why", unfit.code, detail)], status=422) from unfit
    if line is None:
        raise Refused("required", detail, [FieldError("why", "required", detail)], status=422)
    return line


def withdraw_of(lead_ids: Iterable[int], *, why: str, now: datetime) -> int:
    """Take back whatever is open of these leads, whose locks the caller holds; how many offers it was."""
    ids = Handoff.objects.filter(lead_id__in=list(lead_ids), state=State.OFFERED).values_list("pk", flat=True)
    return len(take_back(list(ids), by=None, why=why, now=now))


def withdraw_groundless(lead_ids: Iterable[int], *, now: datetime) -> int:
    """Of these leads, whose locks the caller holds, take back the open offers that have no ground any more; how many.

    There is none once the lead left the stage from which it was offered (one that is passed on within a side: once it is in no
    open stage), counts no more, was merged, or its person was erased. What ran out before that is let run out.
    """
    reasons: dict[str, list[int]] = defaultdict(list)
    ids = sorted(set(lead_ids))
    let_run_out(ids, now=now)
    for handoff_id, why in without_ground(ids):
        reasons[why].append(handoff_id)
    return sum(len(take_back(some, by=None, why=why, now=now)) for why, some in reasons.items())


def take_back(handoff_ids: Sequence[int], *, by: User | None, why: str, now: datetime) -> list[int]:
    """Withdraw those of them that are open, tell their receivers, and let their leads be looked at; ids of those that were."""
    if not handoff_ids:
        return []
    end_holds(handoff_ids, by_id=by.pk if by else None, now=now)
    gone = close.withdraw(handoff_ids, by_id=by.pk if by else None, why=why, now=now)
    handoffs = list(with_everybody(Handoff.objects.filter(pk__in=gone)))
    leads = sorted({handoff.lead_id for handoff in handoffs})
    keep_offered(leads)
    touch(leads)
    waiting.mark(leads, due_at=now)
    telling.withdrawn(handoffs, why=None if by else why, by=by, now=now)
    return gone

"""When is an open offer taken back? By hand, and by the machine as soon as there is no ground for it any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs import telling
from leads.handoffs.access import may_withdraw, not_yours
from leads.handoffs.models import Handoff, State
from leads.handoffs.queries import close
from leads.handoffs.queries.offered import keep_offered
from leads.handoffs.reading import with_everybody
from leads.handoffs.resuming import end_holds
from leads.handoffs.routing import waiting
from leads.handoffs.taking import must_be_open, take
from leads.lifecycle.changes import touch

LONGEST_WHY = 200


@again_after_deadlock
@transaction.atomic
def withdraw(handoff_id: int, *, by: User, why: str, now: datetime) -> Handoff:
    """Take an open offer back by hand; `why` is one line, and is kept as its note."""
    handoff = take(handoff_id, by=by)
    if not may_withdraw(by, handoff):
        raise not_yours(f"the side that offered it ({handoff.from_side}), a lead of either side, or an operator")
    must_be_open(handoff, by)
    line = why.strip()
    if not line or len(line) > LONGEST_WHY:
        detail = f"Say in a line why you take it back, in up to {LONGEST_WHY} characters."
        code = "too_long" if line else "required"
        raise Refused(code, detail, [FieldError("why", code, detail)], status=422)
    take_back([handoff.pk], by=by, why=line, now=now)
    handoff.refresh_from_db()
    return handoff


def withdraw_of(lead_ids: Iterable[int], *, why: str, now: datetime) -> int:
    """Take back whatever is open of these leads, whose locks the caller holds; how many offers it was."""
    ids = Handoff.objects.filter(lead_id__in=list(lead_ids), state=State.OFFERED).values_list("pk", flat=True)
    return len(take_back(list(ids), by=None, why=why, now=now))


def withdraw_groundless(lead_ids: Iterable[int], *, now: datetime) -> int:
    """Of these leads, whose locks the caller holds, take back the open offers that have no ground any more; how many.

    There is none once the lead left the stage from which it was offered (one that is passed on within a side: once it is in no
    open stage), counts no more, was merged, or its person was erased.
    """
    reasons: dict[str, list[int]] = defaultdict(list)
    stages = stage_set()
    for handoff_id, why in close.groundless(sorted(set(lead_ids)), open_stages(stages), stages.retired):
        reasons[why].append(handoff_id)
    return sum(len(take_back(ids, by=None, why=why, now=now)) for why, ids in reasons.items())


def open_stages(stages: StageSet) -> list[str]:
    """Keys of the open forward stages."""
    return [term.key for term in stages.terms if term.category == Category.OPEN and term.position is not None]


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

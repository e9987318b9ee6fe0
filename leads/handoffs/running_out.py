"""Which offers have run out, though the sweep did not come yet? Whoever acts on their leads lets them run out first.

So it does not matter when the sweep comes: nobody decides on an offer, puts it on hold or takes it back after its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leads.handoffs import reminding
from leads.handoffs.clocks import EXPIRE, Entry
from leads.handoffs.grounds import without_ground
from leads.handoffs.outcomes import need_again
from leads.handoffs.queries import sweep as queries
from leads.handoffs.queries.offered import keep_offered
from leads.handoffs.queries.sweep import Overdue, Step
from leads.handoffs.resuming import clocks_once_resumed, end_holds
from leads.lifecycle.changes import touch


def let_run_out(lead_ids: Iterable[int], *, now: datetime) -> None:
    """Let the open offers of these leads run out whose end has come, and tell whom it concerns. The caller holds the leads' locks."""
    reminding.tell_of(run_out(sorted(set(lead_ids)), now=now), now=now)


def run_out(lead_ids: Sequence[int], *, now: datetime) -> list[Step]:
    """The same, without a word: all that was due of those offers until they ran out. Their leads are needed again from then on."""
    found = queries.overdue(lead_ids, now=now)
    ids = _over(found, lead_ids, now) if found else []
    if not ids:
        return []
    end_holds(ids, by_id=None, now=now)
    steps = queries.do(lead_ids, now=now, only=ids)
    over = [step for step in steps if step.what == EXPIRE]
    gone = queries.expire([step.id for step in over], now=now)
    leads = [step.lead_id for step in over]
    keep_offered(leads)
    need_again(gone, now=now)
    touch(leads)
    return steps


def _over(found: Sequence[Overdue], lead_ids: Sequence[int], now: datetime) -> list[int]:
    """Those that ran out, but for those that had lost their ground by then: they are taken back."""
    resumed = clocks_once_resumed([one.id for one in found if one.on_hold], now=now)
    ends = {one.id: one.ends_at for one in found} | {one.handoff_id: _end(one.schedule) for one in resumed}
    groundless = {handoff_id for handoff_id, _why in without_ground(lead_ids)}
    over = []
    for one in found:
        end = ends[one.id]
        had_left = one.id in groundless and one.moved_at is not None and end is not None and one.moved_at <= end
        if end is not None and end <= now and not had_left:
            over.append(one.id)
    return over


def _end(schedule: Sequence[Entry]) -> datetime | None:
    return next((datetime.fromisoformat(entry["at"]) for entry in schedule if entry["what"] == EXPIRE), None)

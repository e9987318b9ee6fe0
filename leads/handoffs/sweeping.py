"""What is due on the clocks: reminders, missed deadlines, escalations, offers that run out, holds that end. Called every 30 seconds.

What is due was laid down when the clock began; the job compares instants and tells. A batch is one transaction, and so is telling of
all of them: of what a job that is killed had noted, the next tells, once. When it runs changes no figure: an offer runs out at the
moment that was agreed, however late that is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from leads.funnel.stage_sets import stage_set
from leads.funnel.turns import use_funnel
from leads.handoffs import reminding
from leads.handoffs.clocks import BREACH, EXPIRE
from leads.handoffs.grounds import open_stages
from leads.handoffs.offering import tell_of_offers
from leads.handoffs.outcomes import need_again
from leads.handoffs.queries import sweep as queries
from leads.handoffs.queries.contacts import FIRST_CONTACT_NOW
from leads.handoffs.resuming import end_holds
from leads.handoffs.running_out import let_run_out, run_out
from leads.handoffs.withdrawing import take_back, withdraw_groundless
from leads.lifecycle.changes import touch

BATCH = 64
"""Handoffs taken at a time: whoever clicks on one of their leads waits some hundredths of a second."""

GONE = 10_000
"""Offers to people who are gone that are taken back at a time."""

MOST_BATCHES = 10_000

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Swept:
    """What a run did: steps noted, offers that ran out, and holds that ended."""

    steps: int = 0
    expired: int = 0
    resumed: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(self.steps + other.steps, self.expired + other.expired, self.resumed + other.resumed)


def sweep(*, now: Clock, batch: int = BATCH) -> Swept:
    """Do what is due as this begins, but for leads that somebody else is at. What a run says to somebody is one message."""
    done, upto = Swept(), now()
    for _batch in range(MOST_BATCHES):
        some = sweep_batch(upto, batch, now=now)
        if some is None:
            break
        done += some
    tell(now=now)
    take_back_of_gone(now=now)
    tell_of_offers(now=now())
    return done


@again_after_deadlock
@transaction.atomic
def sweep_batch(upto: datetime, batch: int, *, now: Clock) -> Swept | None:
    """What is due the longest, in one transaction; None where nothing is, or others are at all of it.

    The clock is read once the leads are locked: what others did with them before is past then.
    """
    use_funnel()
    leads = queries.take(now=upto, limit=batch)
    if not leads:
        return None
    at = now()
    resumed = queries.waited(leads, now=at)
    end_holds(resumed, by_id=None, now=at)
    over = run_out(leads, now=at)
    withdraw_groundless(leads, now=at)
    queries.stop(leads, open_stages(stage_set()), first_contact=FIRST_CONTACT_NOW, now=at)
    steps = [*over, *queries.do(leads, now=at)]
    touch({*(step.lead_id for step in steps if step.what == BREACH), *resumed.values()})
    queries.note(steps)
    return Swept(len(steps), sum(step.what == EXPIRE for step in over), len(resumed))


@again_after_deadlock
@transaction.atomic
def tell(*, now: Clock) -> None:
    """Tell of what was noted, by this run and by those that did not come so far. No lead is locked."""
    reminding.tell_of(queries.take_to_tell(), now=now())


@again_after_deadlock
@transaction.atomic
def take_back_of_gone(*, now: Clock, batch: int = GONE) -> int:
    """Take back what is on offer to people who left their team, or are not active any more; the next receivers are looked for."""
    use_funnel()
    offers = queries.take_gone(limit=batch)
    if not offers:
        return 0
    at = now()
    let_run_out(offers.values(), now=at)
    gone = take_back(list(offers), by=None, why="who it was offered to takes no leads of this team any more", now=at)
    need_again(gone, now=at)
    return len(gone)

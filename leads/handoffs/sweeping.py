"""What is due on the clocks: reminders, missed deadlines, escalations, offers that run out, holds that end. Called every 30 seconds.

What is due was laid down when the clock began; the job compares instants and tells. A batch is one transaction: a job that is killed
has neither noted nor said anything of it, and the next does both, once. When it runs changes no figure: an offer runs out at the
moment that was agreed, however late that is noticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from leads.funnel.stage_sets import stage_set
from leads.funnel.turns import use_funnel
from leads.handoffs import telling
from leads.handoffs.clocks import ACCEPT, BREACH, ESCALATE, EXPIRE, REMIND
from leads.handoffs.discretion import leads_among
from leads.handoffs.outcomes import need_again
from leads.handoffs.queries import sweep as queries
from leads.handoffs.queries.contacts import FIRST_CONTACT_NOW
from leads.handoffs.queries.offered import keep_offered
from leads.handoffs.queries.sweep import Step
from leads.handoffs.resuming import end_holds
from leads.handoffs.telling import Line
from leads.handoffs.withdrawing import open_stages, withdraw_groundless
from leads.lifecycle.changes import touch

BATCH = 10_000
"""Handoffs taken at a time. What one of them says to somebody in one go is one message."""

MOST_BATCHES = 1_000

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
    """Do what is due as this begins, but for leads that somebody else is at."""
    done, upto = Swept(), now()
    for _batch in range(MOST_BATCHES):
        some = sweep_batch(upto, batch)
        if some is None:
            break
        done += some
    return done


@again_after_deadlock
@transaction.atomic
def sweep_batch(now: datetime, batch: int) -> Swept | None:
    """What is due the longest, in one transaction; None where nothing is, or others are at all of it."""
    use_funnel()
    leads = queries.take(now=now, limit=batch)
    if not leads:
        return None
    resumed = queries.waited(leads, now=now)
    end_holds(resumed, by_id=None, now=now)
    withdraw_groundless(leads, now=now)
    queries.stop(leads, open_stages(stage_set()), first_contact=FIRST_CONTACT_NOW, now=now)
    steps = queries.do(leads, now=now)
    gone = _expire([step for step in steps if step.what == EXPIRE], now)
    touch({*(step.lead_id for step in steps if step.what in (BREACH, EXPIRE)), *resumed.values()})
    telling.tell(_lines(steps), now=now)
    return Swept(len(steps), len(gone), len(resumed))


def _expire(steps: Sequence[Step], now: datetime) -> list[int]:
    """Let these offers run out; their leads are needed again from that moment on."""
    if not steps:
        return []
    gone = queries.expire([step.id for step in steps], now=now)
    keep_offered([step.lead_id for step in steps])
    need_again(gone, now=now)
    return gone


ORDER = (REMIND, BREACH, ESCALATE, EXPIRE)
SAID: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("accept", REMIND): (
        "An offer waits for you", "{n} offers wait for you", "Soon it is due: take it, or say why not."
    ),
    ("accept", BREACH): ("An offer is overdue", "{n} offers are overdue", "Take it, or say why not."),
    ("accept", ESCALATE): (
        "Nobody has decided on an offer in time", "Nobody has decided on {n} offers in time", "Pass it on, or decide on it."
    ),
    ("accept", EXPIRE): (
        "An offer ran out", "{n} offers ran out", "Nobody decided on it; the next receiver is looked for."
    ),
    ("contact", REMIND): ("A lead waits for your call", "{n} leads wait for your call", "The first contact is due soon."),
    ("contact", BREACH): (
        "The first contact with a lead is overdue", "The first contact with {n} leads is overdue", "Call or write now."
    ),
    ("contact", ESCALATE): (
        "Nobody has contacted a lead in time", "Nobody has contacted {n} leads in time", "Pass it on, or make the call."
    ),
}  # fmt: skip
"""What is said, by clock and step: of one handoff, of several, and what to do."""


def _lines(steps: Sequence[Step]) -> dict[int, list[Line]]:
    """What each recipient is told; of several steps of one handoff only the gravest."""
    people = telling.people_of({step.to_team_id for step in steps if step.to_user_id is None})
    leads = telling.team_leads()
    gravest: dict[tuple[int, int], Step] = {}
    for step in steps:
        for user_id in _whom(step, people, leads):
            before = gravest.get((user_id, step.handoff_id))
            if before is None or ORDER.index(before.what) <= ORDER.index(step.what):
                gravest[user_id, step.handoff_id] = step
    found: dict[int, list[Line]] = defaultdict(list)
    for (user_id, _handoff), step in gravest.items():
        one, many, text = SAID[step.clock, step.what]
        found[user_id].append(Line(step.handoff_id, f"step:{step.id}", one, many, text))
    return found


def _whom(step: Step, people: Mapping[int, Sequence[int]], leads: Sequence[User]) -> Sequence[int]:
    """Who is told of a step: the receiver, or the leads to whom it is escalated."""
    if step.what == ESCALATE:
        whom = _leads_of(leads, step, step.to_team_id, step.to_side)
        return (
            whom if step.to == "receiver_lead" else [*whom, *_leads_of(leads, step, step.from_team_id, step.from_side)]
        )
    if step.clock != ACCEPT and step.holder_id is not None:
        return [step.holder_id]
    return [step.to_user_id] if step.to_user_id is not None else people.get(step.to_team_id, ())


def _leads_of(leads: Sequence[User], step: Step, team_id: int | None, side: str) -> list[int]:
    return [one.pk for one in leads_among(leads, team_id, side, receiving=step.to_team_id)]

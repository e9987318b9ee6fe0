"""Which leads are handed over to whom, now? The routing job.

Called by the worker every few seconds, and by commands when they are done. Safe twice, in parallel, and killed at any instant: a lead's
marks leave the queue in the transaction that handles it. Whoever clicks on a lead does not wait long: leads are looked at without a
lock, and locked in small groups, each a transaction: its leads, then the turns of the pools, then receivers with a limit, each in a
fixed order. Leads that somebody is at are left to the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from leads.handoffs import offering, withdrawing
from leads.handoffs.models import Origin
from leads.handoffs.routing import waiting
from leads.handoffs.routing.choosing import Asked, Chosen, choose_receivers
from leads.handoffs.routing.eligibility import RETRY, Verdict, waits_for_hand
from leads.handoffs.routing.looking import Seen, look
from leads.handoffs.routing.matching import Match, is_kept
from leads.handoffs.routing.queries import needs, past
from leads.handoffs.routing.queries.situations import Situation
from leads.handoffs.routing.telling import came_back_too_often
from leads.handoffs.routing.waiting import Waiting
from leads.lifecycle.changes import touch

BATCH = 2_000
"""Marks looked at together."""

GROUP = 64
"""Leads locked together: some hundredths of a second."""

FEW = 10
"""So many are locked before they are looked at: that is done in no time."""

LONGEST_REASON = 500
MOST_ROUNDS = 1_000

BY_HAND = "It was offered by hand, and no rule takes it now: offer it by hand."
BACK = "The lead went on, and came back since."

Clock = Callable[[], datetime]
"""Asked anew for each batch: what was recorded before it must not lie in its future."""


class Endless(RuntimeError):
    """Routing does not come to an end."""


@dataclass(frozen=True)
class Routed:
    """What a run did: leads looked at, offered to somebody, and those that qualify and that nobody could take."""

    leads: int = 0
    offered: int = 0
    unrouted: int = 0

    def __add__(self, other: Routed) -> Routed:
        return Routed(self.leads + other.leads, self.offered + other.offered, self.unrouted + other.unrouted)


def route_waiting(*, now: Clock, batch: int = BATCH) -> Routed:
    """Work off the leads that are due as this begins, but what somebody else has taken or is at."""
    done, began, some = Routed(), now(), Waiting()
    while some.more:
        some = waiting.look(began, batch, after=some.last)
        done += _route_few(some, now) if len(some.marks) <= FEW else _route_many(some, now)
    return done


def drain(*, now: Clock) -> Routed:
    """Work off the queue until nothing is due, what others have taken included: for commands, whose work is done when they return."""
    done = route_waiting(now=now)
    for _round in range(MOST_ROUNDS):
        if not waiting.somebody_waits(now()):
            return done
        done += route_waiting(now=now)
    raise Endless(f"Leads still wait to be routed after {MOST_ROUNDS:,} rounds. Look which: leads_toroute.")


@again_after_deadlock
@transaction.atomic
def _route_few(some: Waiting, now: Clock) -> Routed:
    """A few leads, looked at once they are locked. What time it is, is asked then: what others did with them before is past by then."""
    taken = waiting.take(list(some.marks), _marks(some, some.marks)) if some.marks else []
    return route_leads(taken, now=now()) if taken else Routed()


def _route_many(some: Waiting, now: Clock) -> Routed:
    """Many leads: all are looked at before any is locked, then those about which there is something to write, group by group. What one
    receiver is offered of them is one message.
    """
    with transaction.atomic():
        to_judge = waiting.to_judge(list(some.marks))
        seen = look(list(some.marks), now=now())
    done = _leave_alone(some, seen, now)
    for place in range(0, len(seen.concerned), GROUP):
        settled = _settle(some, seen, to_judge, seen.concerned[place : place + GROUP], now)
        if settled is None:
            break
        done += settled
    offering.tell_of_offers(now=now())
    return done


@again_after_deadlock
@transaction.atomic
def _leave_alone(some: Waiting, seen: Seen, now: Clock) -> Routed:
    """Leads about which nothing is to be written are looked at again when that may be otherwise. They need no lock: whatever concerned
    them since has left a mark of its own.
    """
    ids = some.marks.keys() - set(seen.concerned)
    taken = waiting.drop(_marks(some, ids)) if ids else []
    leads = [seen.there[one] for one in taken if one in seen.there]
    at = now()
    _put_off(leads, at)
    waiting.mark_each(
        (lead.lead_id, seen.found.again[lead.lead_id]) for lead in leads if lead.lead_id in seen.found.again
    )
    past.forget([lead.lead_id for lead in leads if lead.has_past], now=at)
    return Routed(len(leads))


@again_after_deadlock
@transaction.atomic
def _settle(some: Waiting, seen: Seen, to_judge: Sequence[int], lead_ids: Sequence[int], now: Clock) -> Routed | None:
    """One group, as far as nobody else is at it; who does not stand any more as seen, or of whom something was learnt since, waits for
    another look. None: other rules or stages are in force by now, all wait for another look. `to_judge`: who waited to be judged before.
    """
    marks = _marks(some, lead_ids)
    taken = waiting.take(lead_ids, marks)
    at = now()
    if not taken:
        return Routed()
    if not seen.holds_at(at):
        waiting.mark(taken, due_at=at)
        return None
    standing = set(seen.standing(taken, at)) - waiting.with_news(taken, marks, to_judge)
    waiting.mark((one for one in taken if one not in standing), due_at=at)
    return _write(seen, [one for one in lead_ids if one in standing], at, told_later=True)


def _marks(some: Waiting, lead_ids: Iterable[int]) -> list[int]:
    return [mark for lead_id in lead_ids for mark in some.marks[lead_id]]


def route_leads(lead_ids: Sequence[int], *, now: datetime) -> Routed:
    """Hand these leads over as the rules in force say. The caller holds a transaction that uses the funnel, and their locks."""
    seen = look(lead_ids, now=now)
    first = [one for one in seen.concerned if one in seen.there]
    return _write(seen, [*first, *(seen.there.keys() - set(first))], now)


def _write(seen: Seen, lead_ids: Sequence[int], now: datetime, *, told_later: bool = False) -> Routed:
    """Do what follows for these leads, in this order."""
    there = [seen.there[one] for one in lead_ids]
    if on_offer := [lead.lead_id for lead in there if lead.open_id is not None]:
        withdrawing.withdraw_groundless(on_offer, now=now)
    leads = [lead for lead in there if lead.stage == lead.stage_now]
    _put_off(there, now)
    ended = _end_needs(leads, seen, now)
    matches = [seen.matches[one] for one in lead_ids if one in seen.matches]
    able = [one for one in matches if seen.verdicts[one.lead.lead_id].passed]
    barred = {one.lead.lead_id: one for one in matches if not seen.verdicts[one.lead.lead_id].passed}
    chosen = _choose(seen, able, now)
    offers = [_offer(one, how) for one, how in zip(able, chosen, strict=True) if how.receiver is not None]
    offering.offer_all(offers, now=now, zone=seen.zone, told_later=told_later)
    unmet = {one.lead.lead_id: _reason(how) for one, how in zip(able, chosen, strict=True) if how.receiver is None}
    opened = _open_needs([one for one in matches if one.lead.lead_id in unmet or one.lead.lead_id in barred], now)
    by_hand = {lead.lead_id: BY_HAND for lead in leads if lead.lead_id in seen.found.unmatched and waits_for_hand(lead)}
    said = {lead_id: _sentence(seen.verdicts[lead_id]) for lead_id in barred}
    news = needs.note_unmet([*unmet.items(), *said.items(), *by_hand.items()], now=now)
    _tell_of_bounces({lead_id: (one, seen.verdicts[lead_id]) for lead_id, one in barred.items()}, news, now)
    touch({*ended, *opened, *news})
    for lead_id in unmet:
        seen.found.look_again(lead_id, now + RETRY)
    waiting.mark_each(
        (lead.lead_id, seen.found.again[lead.lead_id]) for lead in leads if lead.lead_id in seen.found.again
    )
    past.forget([lead.lead_id for lead in leads if lead.has_past], now=now)
    return Routed(len(there), len(offers), len(unmet) + len(barred) + len(by_hand))


def _choose(seen: Seen, able: Sequence[Match], now: datetime) -> list[Chosen]:
    if not able:
        return []
    asked, known = [Asked(one.lead, one.rule) for one in able], [seen.facts[one.lead.lead_id] for one in able]
    return choose_receivers(asked, known, seen.stages, now=now, zone=seen.zone, in_hand=seen.in_hand)


def _put_off(leads: Sequence[Situation], now: datetime) -> None:
    """Look again at those whose log leads on to another stage than that of now, once the next change is there: nothing is done with
    them until then.
    """
    later = [lead for lead in leads if lead.stage != lead.stage_now]
    waiting.mark_each((lead.lead_id, lead.next_at or now + RETRY) for lead in later)


def _end_needs(leads: Sequence[Situation], seen: Seen, now: datetime) -> list[int]:
    """End the needs of who no longer qualifies, or by another rule or stay; whose they were."""
    unmatched = seen.found.unmatched
    ended = []
    for lead in leads:
        matched = seen.matches.get(lead.lead_id)
        if (
            lead.need_id is None
            or (matched and is_kept(lead, matched.rule))
            or (matched is None and lead.lead_id not in unmatched)
        ):
            continue
        if matched is None and waits_for_hand(lead):
            continue
        if matched is None:
            ended.append(needs.Ended(lead.lead_id, unmatched[lead.lead_id], lead.has_left))
        else:
            why = BACK if lead.has_left else f"The rule “{matched.rule.terms.title}” comes first now."
            ended.append(needs.Ended(lead.lead_id, why, lead.has_left))
    needs.end_needs(ended, seen.stages.retired, now=now)
    return [one.lead_id for one in ended]


def _open_needs(unrouted: Sequence[Match], now: datetime) -> list[int]:
    """Open the needs of those whom nobody gets now, where they are not open yet; whose they are."""
    new = [one for one in unrouted if not is_kept(one.lead, one.rule)]
    needs.open_needs(
        [needs.NewNeed(one.lead.lead_id, one.rule.version.version_id, one.rule.key, one.qualified_at) for one in new],
        now=now,
    )
    return [one.lead.lead_id for one in new]


def _offer(one: Match, chosen: Chosen) -> offering.Offer:
    receiver, lead = chosen.receiver, one.lead
    if receiver is None or receiver.team_id is None:
        raise LookupError(f"nobody receives lead {lead.lead_id}")
    continues = lead.last_end in ("reroute", "expired") and is_kept(lead, one.rule)
    return offering.Offer(
        lead_id=lead.lead_id,
        rule=one.rule.version,
        from_stage=lead.stage,
        to_user_id=receiver.user_id,
        to_team_id=receiver.team_id,
        strategy=receiver.strategy,
        why=chosen.why,
        origin=Origin.REROUTED.value if continues else Origin.RULE.value,
        replaces_id=lead.last_id if continues else None,
        qualified_at=one.qualified_at,
        from_side=lead.last_side if continues and lead.last_end == "expired" else None,
        is_new_need=not is_kept(lead, one.rule),
    )


def _tell_of_bounces(barred: dict[int, tuple[Match, Verdict]], news: dict[int, int], now: datetime) -> None:
    """The leads of both sides, as soon as a lead came back too often."""
    came_back_too_often(
        {
            news[lead_id]: (one.rule, lead_id, one.lead.came_back)
            for lead_id, (one, verdict) in barred.items()
            if verdict.code == "bounce_limit" and lead_id in news
        },
        now=now,
    )


def _reason(chosen: Chosen) -> str:
    """Why nobody can take it: what each strategy said."""
    said = "; ".join(dict.fromkeys(step.reason for step in chosen.steps))
    return _cut(f"{said[:1].upper()}{said[1:]}.")


def _sentence(verdict: Verdict) -> str:
    return _cut(f"{verdict.reason[:1].upper()}{verdict.reason[1:]}.")


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_REASON else f"{sentence[: LONGEST_REASON - 1]}…"

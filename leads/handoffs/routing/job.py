"""Which leads are handed over to whom, now? The routing job.

Called by the worker every few seconds, and by commands when they are done. Safe twice, in parallel, and killed at any instant: a lead's
marks leave the queue in the transaction that handles it. A batch is one transaction: its leads are locked, then the turns of the pools,
then receivers with a limit, each in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.selectors import reporting_zone
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs import offering, withdrawing
from leads.handoffs.models import Origin
from leads.handoffs.routing import waiting
from leads.handoffs.routing.agreed import rules_at
from leads.handoffs.routing.choosing import Asked, Chosen, choose_receivers
from leads.handoffs.routing.eligibility import RETRY, Verdict, judge_offer, waits_for_hand
from leads.handoffs.routing.matching import Match, Matched, is_kept, match
from leads.handoffs.routing.queries import needs, past
from leads.handoffs.routing.queries.situations import Situation, situations
from leads.handoffs.routing.telling import came_back_too_often
from leads.lifecycle.changes import touch

BATCH = 2_000
"""Marks taken at a time."""

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
    """Work off the leads that are due as this begins, but what somebody else has taken."""
    done, began, more = Routed(), now(), True
    while more:
        some, more = _route_batch(began, now, batch)
        done += some
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
def _route_batch(upto: datetime, now: Clock, batch: int) -> tuple[Routed, bool]:
    """One batch; what time it is, is asked once the leads are locked: what others did with them before is past by then."""
    taken = waiting.take(upto, batch)
    return route_leads(taken.leads, now=now()) if taken.leads else Routed(), taken.more


def route_leads(lead_ids: Sequence[int], *, now: datetime) -> Routed:
    """Hand these leads over as the rules in force say. The caller holds a transaction that uses the funnel, and their locks."""
    stages, zone = stage_set(), reporting_zone()
    there = situations(lead_ids, at=now, stages=stages)
    if on_offer := [lead.lead_id for lead in there if lead.open_id is not None]:
        withdrawing.withdraw_groundless(on_offer, now=now)
    leads = [lead for lead in there if lead.stage == lead.stage_now]
    _put_off([lead for lead in there if lead.stage != lead.stage_now], now)
    found = match(leads, rules_at(now), stages, now=now, zone=zone)
    ended = _end_needs(leads, found, stages, now)
    matches = sorted(found.matches, key=lambda one: (one.qualified_at, one.lead.lead_id))
    verdicts = [judge_offer(one.lead, one.rule) for one in matches]
    able = [one for one, verdict in zip(matches, verdicts, strict=True) if verdict.passed]
    chosen = choose_receivers([Asked(one.lead, one.rule) for one in able], stages, now=now, zone=zone) if able else []
    offers = [_offer(one, how) for one, how in zip(able, chosen, strict=True) if how.receiver is not None]
    offering.offer_all(offers, now=now, zone=zone)
    unmet = {one.lead.lead_id: _reason(how) for one, how in zip(able, chosen, strict=True) if how.receiver is None}
    barred = {
        one.lead.lead_id: (one, verdict) for one, verdict in zip(matches, verdicts, strict=True) if not verdict.passed
    }
    opened = _open_needs([one for one in matches if one.lead.lead_id in unmet or one.lead.lead_id in barred], now)
    by_hand = {lead.lead_id: BY_HAND for lead in leads if lead.lead_id in found.unmatched and waits_for_hand(lead)}
    said = {lead: _sentence(verdict) for lead, (_one, verdict) in barred.items()}
    news = needs.note_unmet([*unmet.items(), *said.items(), *by_hand.items()], now=now)
    _tell_of_bounces(barred, news, now)
    touch({*ended, *opened, *news})
    for lead_id in unmet:
        found.look_again(lead_id, now + RETRY)
    waiting.mark_each(found.again.items())
    past.forget([lead.lead_id for lead in leads if lead.has_past], now=now)
    return Routed(len(there), len(offers), len(unmet) + len(barred) + len(by_hand))


def _put_off(leads: Sequence[Situation], now: datetime) -> None:
    """Look again at leads whose log leads on to another stage than that of now, once the next change is there: nothing is done with
    them until then.
    """
    waiting.mark_each((lead.lead_id, lead.next_at or now + RETRY) for lead in leads)


def _end_needs(leads: Sequence[Situation], found: Matched, stages: StageSet, now: datetime) -> list[int]:
    """End the needs of who no longer qualifies, or by another rule or stay; whose they were."""
    by_lead = {one.lead.lead_id: one for one in found.matches}
    ended = []
    for lead in leads:
        matched = by_lead.get(lead.lead_id)
        if (
            lead.need_id is None
            or (matched and is_kept(lead, matched.rule))
            or lead.lead_id not in {*by_lead, *found.unmatched}
        ):
            continue
        if matched is None and waits_for_hand(lead):
            continue
        if matched is None:
            ended.append(needs.Ended(lead.lead_id, found.unmatched[lead.lead_id], lead.has_left))
        else:
            why = BACK if lead.has_left else f"The rule “{matched.rule.terms.title}” comes first now."
            ended.append(needs.Ended(lead.lead_id, why, lead.has_left))
    needs.end_needs(ended, stages.retired, now=now)
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

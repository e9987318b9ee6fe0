"""How does a service get hold of one handoff? The lead is locked first, then the handoff, and only by who may see it.

Every service on one handoff begins here, inside its transaction; the order is the same everywhere, so that nobody waits in a circle.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from alignment.people.models import User
from alignment.refusals import Refused
from leads.handoffs import reading
from leads.handoffs.discretion import decided_words
from leads.handoffs.models import Handoff, State
from leads.handoffs.queries import moments
from leads.handoffs.running_out import let_run_out
from leads.lifecycle.changes import lock


class Taken(NamedTuple):
    """A handoff that is locked with its lead, and the moment that counts for what is done with it."""

    handoff: Handoff
    now: datetime


def take(handoff_id: int, *, by: User, now: datetime) -> Taken:
    """The handoff as it is now, locked with its lead until the transaction ends; `not_found` (404) for who may not see it.

    An offer that has run out is let run out first, whether the sweep came or not. The moment is `now`, but not before anything that
    others did with the lead while this one waited for it.
    """
    handoff = locked(handoff_id, by=by)
    at = moments.not_before_others(handoff.lead_id, now)
    let_run_out([handoff.lead_id], now=at)
    return Taken(reading.with_everybody(Handoff.objects.all()).get(pk=handoff_id), at)


def locked(handoff_id: int, *, by: User) -> Handoff:
    """The handoff, locked with its lead, and nothing done; `not_found` (404) for who may not see it."""
    seen = reading.seen_by(by).filter(pk=handoff_id).values_list("lead_id", flat=True).first()
    if seen is None:
        raise reading.not_there()
    lock([seen])
    handoff = Handoff.objects.select_for_update().filter(pk=handoff_id).first()
    if handoff is None:
        raise reading.not_there()
    return handoff


def must_be_open(handoff: Handoff, by: User) -> None:
    """Refused with `already_decided` (409), saying to `by` who decided what and when, where it is decided."""
    if handoff.state != State.OFFERED:
        raise Refused("already_decided", decided_words(by, handoff), status=409)


def must_be_in_hand(handoff: Handoff, by: User) -> None:
    """Refused with 409 unless it was accepted, did not come back, and nobody else has taken the lead over since."""
    if handoff.state == State.OFFERED:
        raise Refused("not_accepted", "Nobody has accepted this lead yet: accept it or turn it down.", status=409)
    if handoff.state != State.ACCEPTED or handoff.returned_at is not None:
        raise Refused("not_accepted", decided_words(by, handoff), status=409)
    later = (
        Handoff.objects.filter(lead_id=handoff.lead_id, state=State.ACCEPTED, pk__gt=handoff.pk)
        .select_related("decided_by", "returned_by")
        .order_by("-pk")
        .first()
    )
    if later is not None:
        raise Refused("passed_on", f"This lead went on: {decided_words(by, later)}", status=409)

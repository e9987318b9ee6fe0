"""What is there to tell of one handoff? Its clocks and waits, what was tried, what was said, and the way from hand to hand.

Asked by the page of a handoff, by the panel on a lead's page and by the returned leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.people.models import User
from alignment.people.naming import name_to
from leads.activities.kinds import BY_KEY
from leads.activities.models import Activity
from leads.calendars.working_time import working_seconds
from leads.funnel.stage_sets import StageSet
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.queries.spoken import spoken_at
from leads.handoffs.reading import seen_by
from leads.handoffs.rules import rule_of
from leads.handoffs.selectors import with_people
from leads.handoffs.terms import HandoffRule, Reason
from leads.lifecycle.models import Stay
from leads.records.models import Lead

MOST = 50


@dataclass(frozen=True)
class Try:
    """One time that we spoke to the lead, or tried to."""

    title: str
    at: datetime
    by: str
    outcome: str


@dataclass(frozen=True)
class Speed:
    """From the inquiry (the first forward change of the pass) to the first contact, or to now while there is none.

    `working_seconds`: of that, working time of the receiver; None where no calendar was agreed.
    """

    began_at: datetime
    contacted_at: datetime | None
    seconds: float
    working_seconds: float | None


@dataclass(frozen=True)
class Story:
    """Everything on one handoff. `passed_on_at`: from then on somebody else has the lead."""

    handoff: Handoff
    rule: HandoffRule | None
    reason: Reason | None
    contacted_at: datetime | None
    passed_on_at: datetime | None
    speed: Speed | None
    holds: Sequence[Hold]
    tries: Sequence[Try]
    path: Sequence[Handoff]


def story_of(handoff: Handoff, user: User, stages: StageSet, *, now: datetime) -> Story:
    """The story of a handoff that `user` may see."""
    rule, path = rule_of(handoff), path_of(handoff.lead, user)
    contacted_at = spoken_at(handoff.pk)
    return Story(
        handoff=handoff,
        rule=rule,
        reason=rule.reason(handoff.reason) if rule else None,
        contacted_at=contacted_at,
        passed_on_at=_passed_on_at(handoff, path),
        speed=_speed(handoff, contacted_at, stages, now),
        holds=list(handoff.hold_log.all()),
        tries=tries_of(handoff, user),
        path=path,
    )


def path_of(lead: Lead, user: User) -> list[Handoff]:
    """All handoffs of a lead that `user` may see, the first one first."""
    found = with_people(seen_by(user).filter(lead=lead)).select_related("replaced_by")
    return list(reversed(found.order_by("-offered_at", "-pk")[:MOST]))


def tries_of(handoff: Handoff, user: User) -> list[Try]:
    """How the receiving side reached out from the offer until the lead came back."""
    done = Activity.objects.filter(
        lead=handoff.lead_id,
        at__gte=handoff.offered_at,
        direction="outbound",
        automated=False,
        side="marketing" if handoff.to_side == "marketing" else "sales",
    )
    if over := handoff.returned_at or (handoff.decided_at if handoff.state != State.ACCEPTED else None):
        done = done.filter(at__lte=over)
    return [
        Try(
            BY_KEY[one.kind].title if one.kind in BY_KEY else one.kind,
            one.at,
            name_to(user, one.by),
            one.outcome or one.subject or "",
        )
        for one in done.select_related("by").order_by("at", "pk")[:MOST]
    ]


def _passed_on_at(handoff: Handoff, path: Sequence[Handoff]) -> datetime | None:
    """When another handoff of an accepted lead was accepted after this one."""
    if handoff.state != State.ACCEPTED or handoff.decided_at is None:
        return None
    later = (one.decided_at for one in path if one.state == State.ACCEPTED and one.pk != handoff.pk and one.decided_at)
    return min((at for at in later if at >= handoff.decided_at), default=None)


def _speed(handoff: Handoff, contacted_at: datetime | None, stages: StageSet, now: datetime) -> Speed | None:
    stays = Stay.objects.filter(lead=handoff.lead_id, at__lte=handoff.offered_at)
    last = stays.order_by("-at").values_list("pass_number", flat=True).first()
    forward = [terms.key for terms in stages.forward]
    began = stays.filter(pass_number=last or 1, stage__in=forward).order_by("at").values_list("at", flat=True).first()
    if began is None:
        return None
    end = (
        contacted_at or handoff.returned_at or (handoff.decided_at if handoff.state != State.ACCEPTED else None) or now
    )
    working = working_seconds(handoff.calendar_id, began, end) if handoff.calendar_id else None
    return Speed(began, contacted_at, (end - began).total_seconds(), working)

"""The page of one handoff: both clocks, waits, what was tried and said, the way from hand to hand, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.selectors import may_write
from leads.funnel.stage_sets import stage_set
from leads.handoffs.clocks import accept_clock, contact_clock
from leads.handoffs.models import Handoff, State
from leads.handoffs.pages.access import the_handoff
from leads.handoffs.pages.cards import KEYS, shown
from leads.handoffs.pages.countdown import ACCEPT, CONTACT, Countdown, countdown
from leads.handoffs.pages.forms import KINDS, OUTCOMES, PassForm, again_of
from leads.handoffs.qualifying import why_qualified
from leads.handoffs.selectors import cards_of, running_hold
from leads.handoffs.story import Story, story_of
from leads.pages.access import Signed, reading


@dataclass(frozen=True)
class Clocks:
    """Both clocks of the agreed time: to accept, and to the first contact."""

    accept: Countdown
    contact: Countdown


@reading
def show(request: Signed, handoff_id: int) -> HttpResponse:
    """Everything about one handoff."""
    handoff, moment, stages = the_handoff(request, handoff_id), now(), stage_set()
    story = story_of(handoff, request.user, stages, now=moment)
    [card] = cards_of([handoff], stages, now=moment)
    context = {
        "card": shown(card, request.user, now=moment),
        "story": story,
        "clocks": clocks_of(story, now=moment),
        "qualified": why_qualified(handoff, stages),
        "writes": may_write(request.user),
        "reads_rules": may_read(request.user),
        "came_from": "handoff",
        "kinds": KINDS,
        "outcomes": OUTCOMES,
        "again": again_of(request.GET),
        "page_keys": [key for key in KEYS if key[0] not in "jk"],
    }
    return render(request, "handoffs/handoff.html", context)


@reading
def why(request: Signed, handoff_id: int) -> HttpResponse:
    """Why the lead qualified: fetched by a card when somebody opens it."""
    handoff = the_handoff(request, handoff_id)
    context = {
        "handoff": handoff,
        "qualified": why_qualified(handoff, stage_set()),
        "reads_rules": may_read(request.user),
    }
    page = "handoffs/_why.html" if request.headers.get("HX-Request") else "handoffs/why.html"
    return render(request, page, context)


@reading
def pass_on(request: Signed, handoff_id: int) -> HttpResponse:
    """Who may take it over: fetched by a card when somebody opens it."""
    handoff = the_handoff(request, handoff_id)
    context = {
        "handoff": handoff,
        "one": handoff,
        "form": PassForm(user=request.user, handoff=handoff),
        "came_from": request.GET.get("from", "handoff"),
    }
    page = "handoffs/_pass_on.html" if request.headers.get("HX-Request") else "handoffs/pass_on.html"
    return render(request, page, context)


def clocks_of(story: Story, *, now: datetime) -> Clocks:
    """Both clocks as they stand."""
    one: Handoff = story.handoff
    on_hold = running_hold(one) is not None
    accept = accept_clock(one, on_hold=on_hold, now=now)
    contact = contact_clock(
        one, contacted_at=story.contacted_at, passed_on_at=story.passed_on_at, on_hold=on_hold, now=now
    )
    lasts = one.state == State.ACCEPTED and one.returned_at is None and story.passed_on_at is None
    offered = one.state == State.OFFERED
    return Clocks(
        countdown(ACCEPT, accept, now=now, is_running=offered),
        countdown(CONTACT, contact, now=now, is_running=offered or lasts),
    )

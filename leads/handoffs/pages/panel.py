"""What does a lead's page show of handoffs? The present one, those before, and a way to hand the lead over by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads import panels
from leads.funnel.stage_sets import stage_set
from leads.handoffs.access import rights_of
from leads.handoffs.discretion import receiver_to
from leads.handoffs.models import Handoff, Need, State
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.pages.cards import shown
from leads.handoffs.pages.forms import given
from leads.handoffs.pages.hand_over import HandOverForm
from leads.handoffs.selectors import cards_of
from leads.handoffs.story import path_of
from leads.pages.access import Signed, visible_lead, writing
from leads.records.models import Lead


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """Nothing where there is no handoff and none can be made."""
    path = path_of(lead, user)
    need = (
        Need.objects.filter(lead=lead, ended_at=None).select_related("rule__agreement").first()
        if may_read(user)
        else None
    )
    form = (
        HandOverForm(lead=lead, user=user, now=now)
        if _counts(lead) and may_write(user) and not _is_open(path)
        else None
    )
    if not path and need is None and (form is None or not form.rules):
        return None
    present = path[-1] if path and (path[-1].state == State.OFFERED or _in_hand(path[-1])) else None
    cards = cards_of([present], stage_set(), now=now) if present else []
    return {
        "path": path,
        "last": path[-1] if path else None,
        "card": shown(cards[0], user, now=now) if cards else None,
        "need": need,
        "form": form if form and form.rules else None,
        "asks_rules": may_read(user),
        "may_accept": bool(cards) and rights_of(user, cards[0].handoff).decide,
    }


def _counts(lead: Lead) -> bool:
    return not lead.is_test and lead.merged_into_id is None and lead.erased_at is None


def _in_hand(handoff: Handoff) -> bool:
    return handoff.state == State.ACCEPTED and handoff.returned_at is None


def _is_open(path: list[Handoff]) -> bool:
    return bool(path) and path[-1].state == State.OFFERED


@writing
def hand_over(request: Signed, lead_id: int) -> HttpResponse:
    """Offer the lead by hand."""
    lead = visible_lead(request, lead_id)
    moment = now()
    form = HandOverForm(request.POST, lead=lead, user=request.user, now=moment)
    try:
        given(form)
        made = offer_by_hand(lead, form.cleaned_data["rule"], by=request.user, now=moment, **form.receiver)
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        whom = receiver_to(request.user, made)
        say_done(request, f"{lead.name} is offered to {whom}.")
    return redirect("lead", lead_id)


def install() -> None:
    """Show handoffs on the pages of leads."""
    panels.panels.append(panels.LeadPanel("handoffs/_panel.html", panel_of))

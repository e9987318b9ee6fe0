"""The page in a salesperson's hand: the few people to act on first, why, and the outcome in two taps."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from alignment.clock import now
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from alignment.ui.drafts import kept
from alignment.ui.undo import say_done
from kpis.acting import next_people
from kpis.pages.outcomes import BY_KEY, OUTCOMES, note_outcome
from leads.pages.access import Signed, reading, visible_lead, writing

FEW = 7


@reading
def show(request: Signed) -> HttpResponse:
    """Whom to act on first."""
    moment = now()
    people = next_people(request.user, now=moment, limit=FEW + 1)
    context = {
        "people": people[:FEW],
        "more": len(people) > FEW,
        "outcomes": OUTCOMES,
        "may_write": may_write(request.user),
    }
    return render(request, "kpis/now.html", context)


@writing
def done(request: Signed, lead_id: int) -> HttpResponse:
    """Log what came of it."""
    lead = visible_lead(request, lead_id)
    outcome = BY_KEY.get(request.POST.get("outcome", ""))
    if outcome is None:
        raise Http404
    try:
        note_outcome(
            lead,
            outcome,
            note=request.POST.get("note", ""),
            draft=request.POST.get("draft", "")[:50],
            actor=request.user,
            now=now(),
        )
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("now")
    say_done(request, f"{lead.name}: {outcome.title.lower()}. Logged.")
    return kept(request, reverse("now"))

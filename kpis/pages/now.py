"""Below the inbox in a salesperson's hand: the few people to act on first, why, and the outcome in two taps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from alignment.ui.drafts import kept
from alignment.ui.undo import say_done
from kpis.acting import next_people
from kpis.pages.outcomes import BY_KEY, OUTCOMES, note_outcome
from leads import panels
from leads.pages.access import Signed, reading, visible_lead, writing

FEW = 7


@reading
def show(request: Signed) -> HttpResponse:
    """Where this page was: what it showed stands in the inbox."""
    return redirect("inbox")


def part_of(user: User, moment: datetime, here: Collection[int]) -> Mapping[str, object] | None:
    """Whom to act on besides those who stand in the inbox already."""
    people = next_people(user, now=moment, limit=FEW + 1, besides=here)
    if not people:
        return None
    return {"people": people[:FEW], "more": len(people) > FEW, "outcomes": OUTCOMES, "may_write": may_write(user)}


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
        return redirect("inbox")
    say_done(request, f"{lead.name}: {outcome.title.lower()}. Logged.")
    return kept(request, reverse("inbox"))


def install() -> None:
    """Show them below the inbox."""
    panels.desk.append(panels.DeskPart("kpis/_now.html", part_of))

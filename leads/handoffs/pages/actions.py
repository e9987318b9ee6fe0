"""What is done with a handoff on a page, by button or by key: each step is a form, and the page comes anew with what came of it.

Somebody else was faster: the page says who, and shows how it stands now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from alignment.ui.words import left
from leads.handoffs import contacting, deciding, holding, passing, returning, withdrawing
from leads.handoffs.models import Handoff
from leads.handoffs.pages.access import the_handoff
from leads.handoffs.pages.forms import KINDS, ContactForm, HoldForm, PassForm, ReasonForm, WithdrawForm, given
from leads.handoffs.reading import seen_by
from leads.pages.access import Signed, writing
from leads.records.models import Lead

Step = Callable[[Signed, Handoff], None]
View = Callable[[Signed, int], HttpResponse]


def step(action: Step) -> View:
    """A step on one handoff that this person may see: a refusal becomes a message, and either way the page comes anew."""

    @wraps(action)
    def taken(request: Signed, handoff_id: int) -> HttpResponse:
        handoff = the_handoff(request, handoff_id)
        try:
            action(request, handoff)
        except Refused as refused:
            if refused.status == 404:
                raise Http404(refused.detail) from refused
            if refused.code == "note_needed":
                return back(request, handoff, again=request.POST.get("reason", ""))
            messages.error(request, refused.detail)
        return back(request, handoff)

    return taken


def back(request: Signed, handoff: Handoff, *, again: str = "") -> HttpResponse:
    """To the page that the form stood on; to the inbox where that can be seen no more.

    `again`: the reason that was chosen and asks for a sentence; the form stands open with it there.
    """
    came_from, _dash, whose = (request.POST.get("from") or request.GET.get("from", "")).partition("-")
    if came_from == "lead" and Lead.objects.visible_to(request.user).filter(pk=handoff.lead_id).exists():
        return redirect("lead", handoff.lead_id)
    if came_from == "handoff" and seen_by(request.user).filter(pk=handoff.pk).exists():
        return redirect(_with(reverse("handoff", args=[handoff.pk]), handoff, {}, again))
    return redirect(_with(reverse("inbox"), handoff, {"whose": whose} if whose in ("team", "all") else {}, again))


def _with(path: str, handoff: Handoff, asked: dict[str, str], again: str) -> str:
    if again:
        asked = {**asked, "again": str(handoff.pk), "reason": again}
    return f"{path}?{urlencode(asked)}" if asked else path


@writing
@step
def accept(request: Signed, handoff: Handoff) -> None:
    """Take the lead."""
    moment = now()
    taken = deciding.accept(handoff.pk, by=request.user, now=moment)
    taken.lead.refresh_from_db(fields=["owner"])
    until = taken.contact_by
    more = f" Call or write within {left((until - moment).total_seconds())}." if until and until > moment else ""
    whose = "yours" if taken.lead.owner_id == request.user.pk else f"with {taken.lead.owner} now"
    say_done(request, f"{taken.lead.name} is {whose}.{more}")


@writing
@step
def reject(request: Signed, handoff: Handoff) -> None:
    """Turn the offer down, with an agreed reason."""
    said = given(ReasonForm(request.POST))
    deciding.reject(handoff.pk, by=request.user, reason=said["reason"], note=said["note"] or None, now=now())
    say_done(request, f"{handoff.lead.name} is turned down; whoever handed it over reads why.")


@writing
@step
def give_back(request: Signed, handoff: Handoff) -> None:
    """Let an accepted lead come back, with an agreed reason."""
    said = given(ReasonForm(request.POST))
    returning.give_back(handoff.pk, by=request.user, reason=said["reason"], note=said["note"] or None, now=now())
    say_done(request, f"{handoff.lead.name} is given back; whoever handed it over reads why.")


@writing
@step
def explain(request: Signed, handoff: Handoff) -> None:
    """Say why, later."""
    said = given(ReasonForm(request.POST))
    returning.explain(handoff.pk, by=request.user, reason=said["reason"], note=said["note"] or None, now=now())
    say_done(request, "The reason is kept.")


@writing
@step
def contacted(request: Signed, handoff: Handoff) -> None:
    """Log a call, a mail or a meeting."""
    said = given(ContactForm(request.POST))
    contacting.contacted(handoff.pk, by=request.user, kind=said["kind"], outcome=said["outcome"] or None, now=now())
    title = next(title for key, title, _icon in KINDS if key == said["kind"])
    say_done(request, f"{handoff.lead.name}: {title.lower()}. Logged.")


@writing
@step
def hold(request: Signed, handoff: Handoff) -> None:
    """Stop the clocks while somebody outside is waited for."""
    said = given(HoldForm(request.POST))
    holding.hold(
        handoff.pk, by=request.user, reason=said["reason"], until=said["until"], note=said["note"] or None, now=now()
    )
    say_done(request, f"{handoff.lead.name} waits; the clocks stand still.", _undo(request, handoff))


@writing
@step
def resume(request: Signed, handoff: Handoff) -> None:
    """Let the clocks go on."""
    holding.resume(handoff.pk, by=request.user, now=now())
    say_done(request, f"The clocks of {handoff.lead.name} go on.")


@writing
@step
def reassign(request: Signed, handoff: Handoff) -> None:
    """Pass it on to another person, or to a team."""
    form = PassForm(request.POST, user=request.user, handoff=handoff)
    given(form)
    passing.reassign(handoff.pk, by=request.user, **form.receiver, now=now())
    say_done(request, f"{handoff.lead.name} is passed on.")


@writing
@step
def withdraw(request: Signed, handoff: Handoff) -> None:
    """Take an open offer back."""
    why = given(WithdrawForm(request.POST))["why"]
    withdrawing.withdraw(handoff.pk, by=request.user, why=why, now=now())
    say_done(request, f"The offer of {handoff.lead.name} is taken back.")


def _undo(request: Signed, handoff: Handoff) -> str:
    """To go on at once; the page that the form stood on comes again."""
    return f"{reverse('handoff-resume', args=[handoff.pk])}?{urlencode({'from': request.POST.get('from', '')})}"

"""What is done on a lead's page: moved, logged, marked as a test, erased; and how it is taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import User
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.funnel.stage_sets import stage_set
from leads.handoffs import gate
from leads.lifecycle.changes import void_changes
from leads.lifecycle.models import StageChange
from leads.pages.access import Signed, only, visible_lead, writing
from leads.pages.lead_forms import ActivityForm, StageForm
from leads.pages.saying import back_to, refusing, say_errors
from leads.privacy.removal import erase as erase_lead
from leads.records.edits import mark_as_test


@writing
@refusing
def move(request: Signed, lead_id: int) -> HttpResponse:
    """Move the lead to another stage; what is on offer to this person is accepted by that."""
    lead = visible_lead(request, lead_id)
    stages = stage_set()
    form = StageForm(request.POST, stages=stages, lead=lead)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    given, moment = form.cleaned_data, now()
    stays = given["to"] == lead.stage_id
    change_id = gate.move(
        lead,
        given["to"],
        by=request.user,
        now=moment,
        at=given["at"],
        reason=given["reason"] or None,
        expected=given["expected"] or None,
    )
    if change_id is None:
        say_done(request, f"Accepted, and so moved to {stages.by_key[given['to']].title}.")
        return back_to(lead_id)
    undo = reverse("lead-move-undo", args=[lead_id, change_id])
    say_done(request, "The reason is kept." if stays else f"Moved to {stages.by_key[given['to']].title}.", undo)
    return back_to(lead_id)


@writing
@refusing
def undo_move(request: Signed, lead_id: int, change_id: int) -> HttpResponse:
    """Take back a move by hand; figures as known before still count it."""
    visible_lead(request, lead_id)
    by_hand = StageChange.objects.filter(lead=lead_id, cause__in=("manual", "reopen"), void=None)
    change = get_object_or_404(by_hand, pk=change_id)
    _must_be_own(
        request.user, change.actor_id, "Somebody else made this move; ask them, or an operator, to take it back."
    )
    void_changes([change.pk], reason=f"by {request.user}", now=now(), actor_id=request.user.pk)
    say_done(request, "The move is taken back.")
    return back_to(lead_id)


def _must_be_own(user: User, actor_id: int | None, sentence: str) -> None:
    if actor_id != user.pk and not user.is_operator:
        raise Refused("not_yours", sentence, status=403)


@writing
@refusing
def log(request: Signed, lead_id: int) -> HttpResponse:
    """Log something that happened, typed in by hand."""
    lead = visible_lead(request, lead_id)
    form = ActivityForm(request.POST)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    given, moment = form.cleaned_data, now()
    row = ActivityRow(
        kind=given["kind"], at=given["at"] or moment, lead_id=lead.pk, by=request.user.label, typed_in=True,
        subject=given["subject"] or None, outcome=given["outcome"] or None,
    )  # fmt: skip
    result = log_activities([row], now=moment, actor_id=request.user.pk)[0]
    if result.status == "rejected":
        raise Refused(result.code or "rejected", result.detail or "This could not be logged.")
    say_done(request, "Logged.")
    return back_to(lead_id)


@writing
@refusing
def test(request: Signed, lead_id: int) -> HttpResponse:
    """Mark as a test, for all time."""
    lead = visible_lead(request, lead_id)
    gate.must_hold(lead, request.user)
    mark_as_test(lead, actor=request.user, now=now())
    messages.success(request, "Marked as a test. It counts in no figure, and the log says who marked it.")
    return back_to(lead_id)


@writing
@refusing
def erase(request: Signed, lead_id: int) -> HttpResponse:
    """Remove whatever says who this lead is; operators only."""
    only(request.user.is_operator)
    lead = visible_lead(request, lead_id)
    if request.POST.get("word", "").strip().lower() != "erase":
        raise Refused(
            "not_confirmed", "Nothing was erased: type the word “erase” to say that you mean it. It cannot be undone."
        )
    erase_lead(lead, now=now(), actor_id=request.user.pk)
    messages.success(request, "Erased: nothing here says any more who this was.")
    return redirect("lead", lead_id)

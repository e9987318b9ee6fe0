"""What people decide on a version's page: propose, sign, reject, withdraw; operators override and revert."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from alignment.agreements import comments, deciding, drafts, overriding, selectors
from alignment.agreements.models import Version
from alignment.agreements.pages.access import Signed, the_version, writing
from alignment.agreements.pages.draft_form import DraftForm
from alignment.agreements.pages.saying import expected, path_of, refusing
from alignment.agreements.pages.version import context_of
from alignment.attempts import again_after_deadlock
from alignment.clock import now
from alignment.people.pages.fields import show_refusal
from alignment.refusals import Refused
from alignment.ui.undo import say_done


@writing
@refusing
def draft(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Keep what goes with a draft, and propose it where that button was pressed."""
    version = the_version(request, kind, key, number)
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            _keep(request, version, form)
        except Refused as refused:
            if refused.status in (403, 404, 412):
                raise
            show_refusal(form, refused)
    if form.errors:
        again = the_version(request, kind, key, number)
        return render(request, "agreements/version.html", context_of(request, again, now(), form), status=422)
    if "propose" in request.POST:
        say_done(request, f"Proposed, and both sides are told. {_standing(request, version)}")
    else:
        say_done(request, "Saved. Nobody is told before you propose it.")
    return redirect(path_of(version))


@again_after_deadlock
@transaction.atomic
def _keep(request: Signed, version: Version, form: DraftForm) -> None:
    moment, given = now(), form.cleaned_data
    kept = drafts.change_draft(
        version.pk,
        by=request.user,
        now=moment,
        expected=expected(request),
        note=given["note"],
        effective_from=form.effective(version, moment),
        review_by=given["review_by"],
        keep_dates=False,
    )
    if "propose" in request.POST:
        deciding.propose(version.pk, by=request.user, now=moment, expected=kept.revision)


@writing
@refusing
def sign(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Give one's side's word."""
    version = the_version(request, kind, key, number)
    deciding.sign(version.pk, by=request.user, now=now(), expected=expected(request))
    say_done(request, f"Signed for {request.user.side}. {_standing(request, version)}")
    return redirect(path_of(version))


@writing
@refusing
def reject(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Say no for one's side, and why."""
    version = the_version(request, kind, key, number)
    reason = request.POST.get("reason", "")
    deciding.reject(version.pk, by=request.user, now=now(), reason=reason, expected=expected(request))
    say_done(request, "Rejected. Both sides read why; a new draft can take it up.")
    return redirect(path_of(version))


@writing
@refusing
def withdraw(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Take a proposal back."""
    version = the_version(request, kind, key, number)
    reason = request.POST.get("reason", "")
    deciding.withdraw(version.pk, by=request.user, now=now(), reason=reason, expected=expected(request))
    say_done(request, "Withdrawn. It can be proposed again from a new draft.")
    return redirect(path_of(version))


@writing
@refusing
def discard(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Throw a draft away."""
    version = the_version(request, kind, key, number)
    drafts.discard_draft(version.pk, by=request.user, expected=expected(request))
    messages.success(request, f"The draft of version {number} is gone.")
    return redirect("agreements:agreement", kind, key)


@writing
@refusing
def override(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Put a version in force without the sides; operators only, with a reason that both sides see."""
    version = the_version(request, kind, key, number)
    reason = request.POST.get("reason", "")
    overriding.override(version.pk, by=request.user, reason=reason, now=now(), expected=expected(request))
    say_done(request, "It is in force, marked as an override for both sides until they have signed it.")
    return redirect(path_of(version))


@writing
@refusing
def revert(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Take an override back."""
    version = the_version(request, kind, key, number)
    holds = overriding.revert(version.pk, by=request.user, now=now())
    say_done(
        request,
        f"Taken back: version {holds.number} holds again." if holds else "Taken back: nothing is in force now.",
    )
    return redirect(path_of(version))


@writing
@refusing
def comment(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Say something about a version, or answer somebody."""
    version = the_version(request, kind, key, number)
    parent = request.POST.get("parent", "")
    made = comments.comment(
        version,
        request.POST.get("body", ""),
        by=request.user,
        now=now(),
        parent_id=int(parent) if parent.isdecimal() and len(parent) < 18 else None,
    )
    return redirect(path_of(version, f"comment-{made.pk}"))


def _standing(request: Signed, version: Version) -> str:
    """Where it stands after a step, in a sentence."""
    found = selectors.versions(request.user).get(pk=version.pk)
    standing = selectors.standing(found, now())
    if standing.state == "proposed":
        return f"It waits for {' and '.join(standing.unsigned)}."
    return "It is in force." if standing.state == "in_force" else "It takes effect on the day you agreed."

"""What is done on the pages about duplicates: merge, say that they are not the same, take it back, compare everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from alignment.clock import now
from alignment.people.selectors import sees_everything
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.duplicates import stock
from leads.duplicates.dismissing import dismiss, reopen
from leads.duplicates.merging import merge
from leads.duplicates.pages.compare import both, chosen
from leads.duplicates.undoing import undo
from leads.pages.access import Signed, only, writing

P = ParamSpec("P")
View = Callable[Concatenate[Signed, P], HttpResponse]


def telling(view: View[P]) -> View[P]:
    """A refusal of a service becomes a message on the list; what is not there stays 404."""

    @wraps(view)
    def answered(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.status == 404:
                raise Http404(refused.detail) from refused
            messages.error(request, refused.detail)
            return redirect("duplicates")

    return answered


@writing
@telling
def merge_leads(request: Signed, first_id: int, second_id: int) -> HttpResponse:
    """Make one lead of the two, as the form says."""
    first, second = both(request, first_id, second_id)
    other_id = first.pk if request.POST.get("survivor") == str(second.pk) else second.pk
    survivor_id = second.pk if other_id == first.pk else first.pk
    try:
        done = merge(survivor_id, other_id, chosen(request), by=request.user, now=now(), versions=_versions(request))
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.error(request, refused.detail)
        return redirect("duplicates-compare", first_id, second_id)
    say_done(request, "The two are one lead now.", reverse("merge-undo", args=[done.pk]))
    return redirect("lead", survivor_id)


def _versions(request: Signed) -> tuple[int, int] | None:
    """The versions of the two records that the person saw."""
    words = [request.POST.get("survivor_version", ""), request.POST.get("other_version", "")]
    if not all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words):
        return None
    return int(words[0]), int(words[1])


@writing
@telling
def undo_merge(request: Signed, merge_id: int) -> HttpResponse:
    """Make two of them again."""
    done = undo(merge_id, by=request.user, now=now())
    say_done(request, "They are two leads again. What came since stays here.")
    if done.made.get("stayed"):
        messages.info(request, "An offer that was decided meanwhile stays with this lead.")
    return redirect("lead", done.survivor_id)


@writing
@telling
def dismiss_pair(request: Signed, pair_id: int) -> HttpResponse:
    """Say that they are not the same."""
    dismiss(pair_id, by=request.user, now=now())
    say_done(request, "Not the same: they are not shown again.", reverse("duplicates-reopen", args=[pair_id]))
    return redirect("duplicates")


@writing
@telling
def reopen_pair(request: Signed, pair_id: int) -> HttpResponse:
    """Take that back."""
    pair = reopen(pair_id, by=request.user)
    say_done(request, "They may be the same after all.")
    return redirect("duplicates-compare", pair.first_id, pair.second_id)


@writing
@telling
def compare_all(request: Signed) -> HttpResponse:
    """Compare all leads with one another, in the background."""
    only(sees_everything(request.user))
    stock.begin(by=request.user, now=now())
    say_done(request, "All leads are being compared. Pairs appear here as they are found.")
    return redirect("duplicates")

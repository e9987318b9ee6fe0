"""A suggestion on its way: asked for with one button, watched, and at its end the draft that came of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from alignment.agreements.pages.access import Signed, reading, writing
from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.definitions.pages.judging import the_kind
from leads.definitions.suggesting.asking import AT_WORK, ask_suggestion
from leads.definitions.suggesting.models import SuggestionRun
from leads.definitions.terms import KIND

LARGEST_ID = 2**63 - 1


@writing
def ask(request: Signed, key: str) -> HttpResponse:
    """Have a definition suggested from history."""
    try:
        run = ask_suggestion(key, by=request.user, now=now())
    except Refused as refused:
        if refused.status == 404 or refused.code == "invalid_key":
            raise Http404(refused.detail) from refused
        raise PermissionDenied(refused.detail) from refused
    return redirect("definitions:suggestion", key, run.pk)


@reading
def watch(request: Signed, key: str, run: int) -> HttpResponse:
    """How far it is; once it is done, its draft."""
    found = SuggestionRun.objects.select_related("version").filter(pk=min(run, LARGEST_ID), key=key).first()
    if found is None:
        raise Http404("There is no such suggestion.")
    if found.version is not None:
        return _to_its_draft(request, found)
    context = {
        "run": found,
        "key": key,
        "kind": KIND,
        "title": the_kind().title_of(key),
        "at_work": found.state in AT_WORK,
        "percent": int(found.progress * 100),
    }
    is_htmx = request.headers.get("HX-Request") == "true"
    return render(request, "definitions/_suggestion.html" if is_htmx else "definitions/suggestion.html", context)


def _to_its_draft(request: Signed, run: SuggestionRun) -> HttpResponse:
    number = run.version.number if run.version else 0
    address = reverse("agreements:version", args=[KIND, run.key, number])
    say_done(
        request, "A draft learned from history. Look at what it would have done, then argue about it and change it."
    )
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)

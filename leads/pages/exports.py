"""The page on which everything is taken out: each kind as it can be brought in again."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.ui.exports import download, is_asked_for
from leads.exports.kinds import TAKEN_OUT, kinds_for
from leads.pages.access import Signed, reading


@reading
def index(request: Signed) -> HttpResponseBase:
    """Every kind that there can be for who looks."""
    return render(request, "exports/index.html", {"kinds": kinds_for(request.user)})


@reading
def kind(request: Signed, key: str) -> HttpResponseBase:
    """All of one kind as a file; without a format, the page that offers them."""
    found = TAKEN_OUT.get(key)
    if found is None or not found.is_for(request.user):
        raise Http404
    if not is_asked_for(request):
        return redirect("exports")
    return download(request, found.take(request.user, as_of=now()))

"""The list of agreements: what holds, what is proposed, what waits for whom."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.agreements.entitlement import may_write
from alignment.agreements.exports import overview_export
from alignment.agreements.pages.access import Signed, reading
from alignment.agreements.pages.overview import overview
from alignment.clock import now
from alignment.ui.exports import download, is_asked_for


@reading
def show(request: Signed) -> HttpResponseBase:
    """Every agreement by kind; what waits for who looks comes first."""
    moment = now()
    found = overview(request.user, moment)
    if is_asked_for(request):
        return download(request, overview_export(found, as_of=moment))
    context = {"overview": found, "writes": may_write(request.user)}
    return render(request, "agreements/list.html", context)

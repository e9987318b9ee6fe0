"""The list of agreements: what holds, what is proposed, what waits for whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from alignment.agreements.entitlement import may_write
from alignment.agreements.pages.access import Signed, reading
from alignment.agreements.pages.overview import overview
from alignment.clock import now


@reading
def show(request: Signed) -> HttpResponse:
    """Every agreement by kind; what waits for who looks comes first."""
    context = {"overview": overview(request.user, now()), "writes": may_write(request.user)}
    return render(request, "agreements/list.html", context)

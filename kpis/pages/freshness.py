"""How fresh is what we see? What is kept, when it was last brought up to date, what waits, and which closed figures were revised."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from alignment.clock import now
from alignment.replica import state as replica
from alignment.ui.navigation import kind_of
from kpis.metrics.kept.freshness import look, what_waits
from kpis.metrics.kept.revised import latest_revisions
from leads.pages.access import Signed, reading

WEEKS = timedelta(weeks=4)


@reading
def show(request: Signed) -> HttpResponse:
    """Everything that is kept. Partners see how fresh it is, and no revisions: these are everybody's figures."""
    if kind_of(request.user) == "nobody":
        return render(request, "kpis/no_team.html")
    moment = now()
    context = {
        "things": look(moment),
        "waits": what_waits(),
        "revisions": [] if request.user.side == "partner" else latest_revisions(moment - WEEKS, moment),
        "sees_revisions": request.user.side != "partner",
        "replica": replica.told() if replica.is_there() and request.user.side != "partner" else None,
        "computed_at": moment,
    }
    return render(request, "kpis/freshness.html", context)

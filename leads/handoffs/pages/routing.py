"""What would happen to this lead, now or at any moment: rule by rule, with the reason at each, and who would get it."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.refusals import Refused
from leads.handoffs.routing.explaining import routing_of
from leads.pages.access import Signed, reading, visible_lead
from leads.pages.moments import MomentField


class AtForm(forms.Form):
    """The moment that is asked about."""

    at = MomentField(label="At", required=False, help_text="Now, unless you say otherwise.")


@reading
def show(request: Signed, lead_id: int) -> HttpResponse:
    """For whoever sees the lead."""
    lead, moment = visible_lead(request, lead_id), now()
    form = AtForm(request.GET)
    at = form.cleaned_data["at"] if form.is_valid() else None
    refusal = ""
    try:
        routing = routing_of(lead, at=at or moment, user=request.user, now=moment)
    except Refused as refused:
        if refused.status == 404:
            raise Http404(refused.detail) from refused
        refusal, routing = refused.detail, routing_of(lead, at=moment, user=request.user)
    context = {
        "lead": lead,
        "routing": routing,
        "form": form,
        "refusal": refusal,
        "reads_rules": may_read(request.user),
    }
    return render(request, "handoffs/routing.html", context)

"""The page of one lead: who it is, where it stands, what happened, and what to do next."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.selectors import may_write, reporting_currency
from alignment.ui.exports import download, is_asked_for
from leads import panels
from leads.exports.lists import timeline_export
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed, reading, visible_lead
from leads.pages.deal_forms import DealForm
from leads.pages.lead_forms import ActivityForm, NoteForm, StageForm
from leads.pages.privacy import ConsentForm
from leads.privacy.rights import may_take_out
from leads.records.models import Lead
from leads.selectors.lead import facts_of
from leads.selectors.people import mentionable
from leads.selectors.timeline import read_place, timeline


@reading
def show(request: Signed, lead_id: int) -> HttpResponseBase:
    """Everything about one lead; with `before`, an older page of what happened; as a file, all that happened."""
    lead = visible_lead(request, lead_id)
    if lead.pk != lead_id:
        return redirect("lead", lead.pk)
    stages = stage_set()
    if is_asked_for(request):
        return download(request, timeline_export(request.user, lead, stages, now=now()))
    before = read_place(request.GET.get("before", ""))
    people = mentionable(request.user)
    writes = may_write(request.user) and lead.erased_at is None
    context: dict[str, object] = {
        "lead": lead,
        "facts": facts_of(lead, stages),
        "timeline": timeline(lead, stages, before, user=request.user),
        "first_page": before is None,
        "panels": registered_panels(request, lead),
        "writes": writes,
        "takes_out": may_take_out(request.user),
        "people": people,
        "names": {person["email"]: person["name"] for person in people},
    }
    if writes:
        context |= {
            "note_form": NoteForm(),
            "stage_form": StageForm(stages=stages, lead=lead),
            "activity_form": ActivityForm(),
            "consent_form": ConsentForm(),
            "deal_form": DealForm(currency=reporting_currency()),
        }
    return render(request, "leads/lead.html", context)


def registered_panels(request: Signed, lead: Lead) -> list[dict[str, object]]:
    """What higher rooms show of this lead."""
    moment = now()
    found = ((panel.template, panel.facts(lead, request.user, moment)) for panel in panels.panels)
    return [{"template": template, **facts} for template, facts in found if facts is not None]

"""The leads that came back, for marketers: why, from whom, what was tried, and what to do with them now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import Team
from alignment.people.selectors import may_write, sees_everything
from alignment.programs.models import Campaign
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done
from leads import panels
from leads.exports.handoffs import returned_export
from leads.funnel.stage_sets import stage_set
from leads.handoffs.comebacks import REASONS, SPANS, Wanted, reasons_in, returned, rows_of
from leads.handoffs.pages.access import the_handoff
from leads.pages.access import Signed, only, reading, writing
from leads.pages.list_form import but
from leads.records.edits import edit_lead
from leads.selectors.keyset import read_mark

DAYS = [(f"{days}", "A year" if days == 365 else f"{days} days") for days in SPANS]
CAMPAIGNS = 200


class ReturnedForm(forms.Form):
    """What the list is narrowed by."""

    days = forms.ChoiceField(label="Came back within", choices=DAYS, required=False)
    reason = forms.CharField(label="Why", required=False, max_length=200, widget=forms.Select)
    team = forms.ChoiceField(label="Sent back by", required=False)
    from_team = forms.ChoiceField(label="Handed over by", required=False)
    still = forms.ChoiceField(
        label="Now", choices=[("", "Wherever they are"), ("1", "Not yet taken up again")], required=False
    )

    def options(self) -> dict[str, str]:
        """What is asked about the reasons; a wrong value asks for nothing."""
        self.is_valid()
        team = self.cleaned_data.get("from_team")
        return {"days": self.cleaned_data.get("days") or "90", **({"from_team": team} if team else {})}

    def wanted(self, moment: datetime) -> Wanted:
        """As the selectors want it; a wrong value asks for nothing."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            since=moment - timedelta(days=int(said.get("days") or 90)),
            reason=said.get("reason", ""),
            team_id=int(said["team"]) if said.get("team") else None,
            from_team_id=int(said["from_team"]) if said.get("from_team") else None,
            still=bool(said.get("still")),
        )


@reading
def show(request: Signed) -> HttpResponseBase:
    """A page of the leads that came back, and the reasons with what became of them."""
    only(sees_everything(request.user))
    stages, moment = stage_set(), now()
    form = ReturnedForm({"days": "90", **request.GET.dict()})
    teams = [(str(team.pk), team.name, team.side) for team in Team.objects.order_by("name")]
    _choices(form, "team").choices = [("", "Anybody"), *((pk, name) for pk, name, side in teams if side != "marketing")]
    _choices(form, "from_team").choices = [
        ("", "Anybody"),
        *((pk, name) for pk, name, side in teams if side == "marketing"),
    ]
    wanted = form.wanted(moment)
    told = panels.keepers[REASONS](form.options(), request.user, now=moment, wait="wait" in request.GET)
    lines = reasons_in(told.document) if told else []
    titles = {line.key: line.title for line in lines} or ({wanted.reason: "As chosen"} if wanted.reason else {})
    cast("forms.Select", form.fields["reason"].widget).choices = [("", "Any reason"), *titles.items()]
    if is_asked_for(request):
        said = [f"{field.label}: {_said(field)}" for field in form if field.data]
        return download(request, returned_export(request.user, wanted, stages, now=moment, filters=said))
    page = returned(request.user, wanted, read_mark(request.GET.get("after", "")))
    context = {
        "form": form,
        "lines": lines,
        "told": told,
        "rows": rows_of(page.rows, stages),
        "previous": but(request.GET, after=page.previous) if page.previous else "",
        "next": but(request.GET, after=page.next) if page.next else "",
        "campaigns": list(Campaign.objects.order_by("-pk").values_list("name", flat=True)[:CAMPAIGNS]),
        "writes": may_write(request.user),
        "narrowed": any(request.GET.get(name) for name in ("reason", "team", "from_team", "still")),
    }
    return render(request, "handoffs/returned.html", context)


@writing
def nurture(request: Signed, handoff_id: int) -> HttpResponse:
    """Put the lead into a nurture campaign; it can be undone."""
    lead = the_handoff(request, handoff_id).lead
    only(sees_everything(request.user))
    back = reverse("returned") + (f"?{request.GET.urlencode()}" if request.GET else "")
    try:
        campaign = _campaign(request.POST.get("campaign", "").strip())
        done = edit_lead(lead, {"campaign": campaign}, actor=request.user, now=now())
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect(back)
    undo = reverse("lead-edit-undo", args=[lead.pk, done.pk]) if done else None
    said = f"{lead.name} is nurtured by {campaign} now." if done else f"{lead.name} was in {campaign} already."
    say_done(request, said, undo)
    return redirect(back)


def _said(field: forms.BoundField) -> str:
    """What was chosen, in words."""
    choices: dict[str, str] = dict(getattr(field.field.widget, "choices", ()))
    return choices.get(f"{field.data}", f"{field.data}")


def _choices(form: ReturnedForm, name: str) -> forms.ChoiceField:
    return cast("forms.ChoiceField", form.fields[name])


def _campaign(name: str) -> str:
    """The campaign of that name: a slip of the finger makes no new one."""
    found = Campaign.objects.filter(name__iexact=name).values_list("name", flat=True).first()
    if found is None:
        raise Refused("unknown_campaign", f"There is no campaign “{name}”. Choose one of the list.")
    return found

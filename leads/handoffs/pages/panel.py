"""What does a lead's page show of handoffs? The present one, those before, and a way to hand the lead over by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from alignment.agreements.entitlement import may_read
from alignment.agreements.in_force import all_in_force
from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads import panels
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.access import may_hand_over
from leads.handoffs.models import Handoff, Need, State
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.outcomes import moves_to
from leads.handoffs.pages.cards import shown
from leads.handoffs.pages.forms import by_team, given
from leads.handoffs.selectors import cards_of
from leads.handoffs.story import path_of
from leads.handoffs.terms import KIND, HandoffRule
from leads.pages.access import Signed, visible_lead, writing
from leads.records.models import Lead

BY_THE_RULE = "rule"


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """Nothing where there is no handoff and none can be made."""
    path = path_of(lead, user)
    need = (
        Need.objects.filter(lead=lead, ended_at=None).select_related("rule__agreement").first()
        if may_read(user)
        else None
    )
    form = HandOverForm(lead=lead, user=user) if _counts(lead) and may_write(user) and not _is_open(path) else None
    if not path and need is None and (form is None or not form.rules):
        return None
    present = path[-1] if path and (path[-1].state == State.OFFERED or _in_hand(path[-1])) else None
    cards = cards_of([present], stage_set(), now=now) if present else []
    return {
        "path": path,
        "last": path[-1] if path else None,
        "card": shown(cards[0], user, now=now) if cards else None,
        "need": need,
        "form": form if form and form.rules else None,
        "asks_rules": may_read(user),
    }


class HandOverForm(forms.Form):
    """By which rule, and to whom: whoever is next by the rule, or somebody by name."""

    rule = forms.ChoiceField(label="By which rule")
    to = forms.ChoiceField(label="To whom")

    def __init__(self, *args: object, lead: Lead, user: User) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        rules = ((one, one.says(HandoffRule)) for one in all_in_force(KIND))
        stages = stage_set()
        found = [(one, rule) for one, rule in rules if _applies(rule, lead, user, stages)]
        found.sort(
            key=lambda pair: (lead.stage_id not in stages.alike(pair[1].from_.stage), pair[1].order, pair[0].key)
        )
        self.rules = [(one.key, rule.title) for one, rule in found]
        self.fields["rule"].choices = self.rules  # type: ignore[attr-defined]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (BY_THE_RULE, "Whoever is next by the rule"),
            *(
                group
                for side in sorted({rule.to.side for _one, rule in found} - {"partner"})
                for group in by_team(user, side)
            ),
        ]

    @property
    def receiver(self) -> dict[str, int]:
        kind, _dash, pk = str(self.cleaned_data["to"]).partition("-")
        return {} if kind == BY_THE_RULE else {"to_user_id" if kind == "person" else "to_team_id": int(pk)}


def _applies(rule: HandoffRule, lead: Lead, user: User, stages: StageSet) -> bool:
    """Whether this person may use the rule, and it brings the lead on."""
    return may_hand_over(user, lead, rule) and bool(lead.stage_id) and moves_to(stages, lead.stage_id, rule.to.stage)


def _counts(lead: Lead) -> bool:
    return not lead.is_test and lead.merged_into_id is None and lead.erased_at is None


def _in_hand(handoff: Handoff) -> bool:
    return handoff.state == State.ACCEPTED and handoff.returned_at is None


def _is_open(path: list[Handoff]) -> bool:
    return bool(path) and path[-1].state == State.OFFERED


@writing
def hand_over(request: Signed, lead_id: int) -> HttpResponse:
    """Offer the lead by hand."""
    lead = visible_lead(request, lead_id)
    form = HandOverForm(request.POST, lead=lead, user=request.user)
    try:
        given(form)
        made = offer_by_hand(lead, form.cleaned_data["rule"], by=request.user, now=now(), **form.receiver)
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        whom = made.to_user or f"anybody of {made.to_team}"
        say_done(request, f"{lead.name} is offered to {whom}.")
    return redirect("lead", lead_id)


def install() -> None:
    """Show handoffs on the pages of leads."""
    panels.panels.append(panels.LeadPanel("handoffs/_panel.html", panel_of))

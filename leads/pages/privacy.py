"""What a person allowed us, and what is known about them, from a lead's page."""

from __future__ import annotations

import orjson
from django import forms
from django.http import HttpResponse

from alignment.clock import now
from alignment.ui.undo import say_done
from leads.activities.effects import MARKETING_PURPOSE
from leads.pages.access import Signed, only, reading, visible_lead, writing
from leads.pages.saying import back_to, refusing, say_errors
from leads.privacy.consents import NewConsent, record_consents
from leads.privacy.export import export as everything
from leads.privacy.models import Consent
from leads.privacy.rights import may_take_out


class ConsentForm(forms.Form):
    """What somebody said about being contacted."""

    purpose = forms.CharField(label="Purpose", max_length=50, initial=MARKETING_PURPOSE)
    state = forms.ChoiceField(label="They have", choices=Consent.State.choices)
    source = forms.CharField(label="Where they said so", max_length=100, help_text="Such as: on the phone, in a form.")


@reading
def export(request: Signed, lead_id: int) -> HttpResponse:
    """Everything that is known about this person, as a file."""
    lead = visible_lead(request, lead_id)
    only(may_take_out(request.user))
    document = orjson.dumps(everything(lead, now=now()), option=orjson.OPT_INDENT_2, default=str)
    answer = HttpResponse(document, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="lead-{lead.pk}.json"'
    return answer


@writing
@refusing
def consent(request: Signed, lead_id: int) -> HttpResponse:
    """Keep what somebody allowed or took back, with where they said so."""
    lead = visible_lead(request, lead_id)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    given, moment = form.cleaned_data, now()
    row = NewConsent(lead.pk, given["purpose"], given["state"], moment, source=given["source"])
    new = record_consents([row], now=moment, actor_id=request.user.pk)
    say_done(request, "Kept." if new else "That is what we knew already.")
    return back_to(lead_id)

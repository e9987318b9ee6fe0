"""From the gap straight to a proposal: a draft of the definition that asks for one thing more."""

from __future__ import annotations

import json
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from pydantic import ValidationError

from alignment.agreements.drafts import start_draft
from alignment.agreements.entitlement import may_write
from alignment.agreements.models import Version
from alignment.agreements.terms import as_document, terms_of
from alignment.clock import now
from alignment.refusals import Refused
from kpis.reports.gap_conditions import with_condition
from leads.definitions.sentences import say
from leads.definitions.terms import KIND, Condition, LeadDefinition
from leads.pages.access import Signed, only, writing


@writing
def begin(request: Signed) -> HttpResponse:
    """A draft of the version's definition with the condition that was posted; then its editor."""
    only(may_write(request.user))
    number = request.POST.get("version", "")
    only(number.isascii() and number.isdigit() and len(number) < 19)
    version = get_object_or_404(Version.objects.select_related("agreement"), pk=number, agreement__kind=KIND)
    try:
        condition = _read(request.POST.get("condition", ""))
        terms = with_condition(cast("LeadDefinition", terms_of(version)), condition)
        made = start_draft(
            KIND,
            version.agreement.key,
            as_document(terms),
            author=request.user,
            now=now(),
            note=f"From the gap view, on version {version.number}: a lead also {say(condition)}.",
        )
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    messages.success(request, "A draft with this condition has begun. Nothing changes until both sides have signed it.")
    return redirect("definitions:edit", key=version.agreement.key, number=made.number)


def _read(text: str) -> Condition:
    try:
        return LeadDefinition.model_validate({"criteria": json.loads(text)}).criteria
    except (ValueError, ValidationError, RecursionError) as error:
        raise Refused("invalid_condition", "This is no condition of a definition; open the gap again.") from error

"""How does a lead's page say what came of a click? It goes back to the lead, with what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from alignment.refusals import Refused
from leads.pages.access import Signed

P = ParamSpec("P")
View = Callable[Concatenate[Signed, P], HttpResponse]


def back_to(lead_id: int) -> HttpResponse:
    """To the lead's page."""
    return redirect("lead", lead_id)


def say_errors(request: Signed, form: forms.Form, lead_id: int) -> HttpResponse:
    """Back to the lead with what is wrong with a small form."""
    for field, errors in form.errors.get_json_data().items():
        said = " ".join(error["message"] for error in errors)
        label = form.fields[field].label if field in form.fields else ""
        messages.error(request, f"{label}: {said}" if label else said)
    return back_to(lead_id)


def refusing(view: View[P]) -> View[P]:
    """A refusal of a service becomes a message on the lead's page; what is not there stays 404."""

    @wraps(view)
    def answered(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.status == 404:
                raise Http404(refused.detail) from refused
            messages.error(request, refused.detail)
            return back_to(int(str(kwargs["lead_id"])))

    return answered

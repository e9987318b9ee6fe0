"""Who may open a page? Everybody signs in first; who may only read is told so; what one may not see is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from alignment.people.models import User
from alignment.people.selectors import may_write
from leads.duplicates.following import survivor_of
from leads.records.models import Lead

P = ParamSpec("P")


class Signed(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


View = Callable[Concatenate[Signed, P], HttpResponseBase]
Open = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(view: View[P]) -> Open[P]:
    """A page for everybody who is signed in."""
    return login_required(view)  # type: ignore[return-value]


def reading(view: View[P]) -> Open[P]:
    """A page that only shows."""
    return require_GET(page(view))


def writing(view: View[P]) -> Open[P]:
    """A form that changes something: for those who may write."""

    @wraps(view)
    def guarded(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_write(request.user):
            raise PermissionDenied("You may read everything here, and change nothing.")
        return view(request, *args, **kwargs)

    return require_POST(page(guarded))


def visible_lead(request: Signed, lead_id: int) -> Lead:
    """The lead, or 404 for who may not see it. The address of a lead that was merged means the one it was merged into."""
    leads = Lead.objects.visible_to(request.user).select_related("company", "owner", "team", "campaign")
    lead = leads.filter(pk=lead_id).first()
    if lead is None or lead.merged_into_id is not None:
        return get_object_or_404(leads, pk=survivor_of(lead_id))
    return lead


def only(allowed: bool) -> None:
    """404 unless allowed: who may not see a page need not know that it exists."""
    if not allowed:
        raise Http404

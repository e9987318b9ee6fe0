"""Who may open a page about agreements? Both teams, managers and operators; for everybody else there are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alignment.agreements.entitlement import may_read
from alignment.agreements.models import Version
from alignment.agreements.selectors import version as find_version
from alignment.documents import unstorable
from alignment.people.models import User
from alignment.refusals import Refused

P = ParamSpec("P")


class Signed(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


View = Callable[Concatenate[Signed, P], HttpResponseBase]
Open = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(view: View[P]) -> Open[P]:
    """A page for those who may read agreements; others get 404, strangers sign in first."""

    @wraps(view)
    def guarded(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_read(request.user) or unstorable(list(kwargs.values())):
            raise Http404("There is no such agreement.")
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.status == 404:
                raise Http404(refused.detail) from refused
            raise

    return never_cache(login_required(guarded))  # type: ignore[return-value]


def reading(view: View[P]) -> Open[P]:
    """A page that only shows."""
    return require_safe(page(view))


def writing(view: View[P]) -> Open[P]:
    """A form that changes something; whether this person may, the service says."""
    return require_POST(page(view))


def the_version(request: Signed, kind: str, key: str, number: int) -> Version:
    """The version of the address, or 404 (a number beyond all numbers is none)."""
    if number > 2**31 - 1:
        raise Http404("There is no such version.")
    return find_version(request.user, kind, key, number)

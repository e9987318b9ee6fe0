"""How does a page say what came of a click? It goes back to the agreement as it stands now, with what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from alignment.agreements.models import Version
from alignment.agreements.pages.access import Signed
from alignment.refusals import Refused

P = ParamSpec("P")
View = Callable[Concatenate[Signed, P], HttpResponse]
STALE = "Somebody changed this after you opened the page, so nothing was done. Here is how it stands now."


def path_of(version: Version, anchor: str = "") -> str:
    """The page of one version."""
    here = reverse("agreements:version", args=[version.agreement.kind, version.agreement.key, version.number])
    return f"{here}#{anchor}" if anchor else here


def refusing(view: View[P]) -> View[P]:
    """A refusal becomes a message on the version's page, or on the agreement's (also where a draft was thrown
    away meanwhile); what is not there stays 404."""

    @wraps(view)
    def answered(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.code == "thrown_away":
                messages.warning(request, f"{refused.detail} Nothing was done.")
                return redirect("agreements:agreement", kwargs["kind"], kwargs["key"])
            if refused.status == 404:
                raise
            if refused.code == "may_not_write":
                raise PermissionDenied(refused.detail) from refused
            if refused.status == 412:
                messages.warning(request, STALE)
            else:
                messages.error(request, refused.detail)
            name = "version" if "number" in kwargs else "agreement"
            return redirect(reverse(f"agreements:{name}", kwargs=kwargs))

    return answered


def expected(request: Signed) -> int | None:
    """The revision that the page showed, as its form sends it."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None

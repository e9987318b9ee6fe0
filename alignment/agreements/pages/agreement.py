"""The page of one agreement: what holds, what follows, how it came to be, and the way to change it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.agreements import selectors
from alignment.agreements.entitlement import may_write
from alignment.agreements.exports import versions_export
from alignment.agreements.kinds import find_kind
from alignment.agreements.pages.access import Signed, reading, writing
from alignment.agreements.pages.history import history
from alignment.agreements.pages.overview import review_is_due
from alignment.agreements.pages.saying import refusing
from alignment.agreements.pages.shown import Shown, shown
from alignment.agreements.pages.signers import signers
from alignment.agreements.pages.starting import start
from alignment.clock import now
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done


@reading
def show(request: Signed, kind: str, key: str) -> HttpResponseBase:
    """One agreement, or how to begin it where there is none yet."""
    found = find_kind(kind)
    versions = list(selectors.versions(request.user).filter(agreement__kind=kind, agreement__key=key))
    if not versions and found.key_error(key):
        raise Http404("There is no such agreement.")
    moment, can_sign = now(), signers()
    every = [shown(version, moment, can_sign) for version in versions]
    if is_asked_for(request):
        return download(request, versions_export(found.title_of(key), every, as_of=moment))
    present = _first(every, "in_force")
    context = {
        "kind": found,
        "key": key,
        "title": found.title_of(key),
        "versions": every,
        "present": present,
        "caveat": found.caveat(key) if present else None,
        "review_due": present is not None and review_is_due(present, moment),
        "scheduled": [one for one in every if one.standing.state == "scheduled"],
        "proposal": _first(every, "proposed"),
        "drafts": [one for one in every if one.standing.state == "draft"],
        "events": history(versions, moment),
        "work": found.work(present.version.pk) if present else None,
        "writes": may_write(request.user),
    }
    return render(request, "agreements/agreement.html", context)


@reading
def work(request: Signed, kind: str, key: str) -> HttpResponse:
    """How far what the version in force set going is: the part of the page that changes meanwhile."""
    found = find_kind(kind)
    versions = selectors.versions(request.user).filter(
        agreement__kind=kind, agreement__key=key, periods__during__contains=now()
    )
    version = versions.first()
    context = {"kind": found, "key": key, "work": found.work(version.pk) if version else None, "asked": True}
    return render(request, "agreements/_work.html", context)


@writing
@refusing
def begin(request: Signed, kind: str, key: str) -> HttpResponse:
    """A new draft: from what is in force, from an older version (`from`), or from what the kind begins with."""
    version, done = start(request.user, kind, key, request.POST.get("from", ""), now=now())
    say_done(request, done)
    if version.restored_from_id is None:
        return redirect("agreements:edit", kind, key, version.number)
    return redirect("agreements:version", kind, key, version.number)


def _first(every: list[Shown], state: str) -> Shown | None:
    return next((one for one in every if one.standing.state == state), None)

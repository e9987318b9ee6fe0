"""The editor of handoff rules: which leads, who gets them, by when, and how they come back, without JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from alignment.agreements.drafts import change_draft
from alignment.agreements.entitlement import may_write
from alignment.agreements.kinds import Scope
from alignment.agreements.models import Step, Version
from alignment.agreements.pages.access import Signed, page, reading, the_version, writing
from alignment.agreements.pages.saying import expected, path_of
from alignment.clock import now
from alignment.refusals import Refused
from leads.definitions.pages.asks import SCORE, choices, kind_choices
from leads.definitions.pages.queries.values import attribute_names
from leads.definitions.pages.showing import places_of
from leads.definitions.pages.values import suggest_values
from leads.handoffs.kind import HANDOFF_RULE
from leads.handoffs.pages.editor_desk import (
    Desk,
    Judged,
    draw_criteria,
    draw_form,
    judge,
    mistakes,
    open_desk,
    read_desk,
)
from leads.handoffs.terms import KIND

THEIRS = "Somebody else saved this draft meanwhile. What you wrote is still here; saving now replaces theirs."


@dataclass(frozen=True)
class Shown:
    """What the page says above the form: what was done, and what is to be mended."""

    said: str = ""
    saved: bool = False
    revision: int | None = None
    judged: Judged | None = None
    theirs: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: Signed, key: str, number: int) -> HttpResponse:
    """The editor of a draft; what was proposed is read on its own page."""
    version = the_version(request, KIND, key, number)
    if request.method == "POST":
        return _pressed(request, version)
    if not may_write(request.user):
        raise Http404("There is no such page for who only reads.")
    if version.step != Step.DRAFT:
        return redirect(path_of(version))
    return _show(request, version, open_desk(version), Shown())


def _pressed(request: Signed, version: Version) -> HttpResponse:
    if not may_write(request.user):
        raise PermissionDenied("You may read this draft; changing it is for the two teams.")
    desk, wish = read_desk(request.POST), request.POST.get("do", "")
    if not wish.startswith("save") or desk.trouble:
        return _show(request, version, desk, Shown(said=desk.said))
    return _save(request, version, desk, go=wish == "save-go")


def _save(request: Signed, version: Version, desk: Desk, *, go: bool) -> HttpResponse:
    judged, revision = judge(desk, version.agreement.key, now()), expected(request)
    if judged.terms is None:
        return _show(request, version, desk, Shown(judged=judged))
    try:
        saved = change_draft(version.pk, by=request.user, now=now(), expected=revision, document=judged.document)
    except Refused as refused:
        if refused.status == 404 or refused.code == "may_not_write":
            raise
        if refused.code != "version_changed":
            messages.error(request, refused.detail)
            return _away(request, path_of(version))
        fresh = the_version(request, KIND, version.agreement.key, version.number)
        return _show(request, fresh, desk, Shown(theirs=THEIRS, revision=fresh.revision))
    if go:
        return _away(request, path_of(saved))
    return _show(request, saved, open_desk(saved), Shown(said="Saved.", saved=True))


def _away(request: Signed, path: str) -> HttpResponse:
    return HttpResponseClientRedirect(path) if _by_script(request) else HttpResponseRedirect(path)


def _by_script(request: Signed) -> bool:
    return request.headers.get("HX-Request") == "true"


def _show(request: Signed, version: Version, desk: Desk, shown: Shown) -> HttpResponse:
    """The form alone for a script; else the page, with what it says already beside it."""
    key = version.agreement.key
    context = {
        "version": version,
        "here": reverse("handoff-rules:edit", args=[key, version.number]),
        "criteria": draw_criteria(desk, shown.judged),
        "form": draw_form(desk, shown.judged),
        "wrong": mistakes(desk, shown.judged) if shown.judged else (),
        "said": shown.said,
        "saved": shown.saved,
        "theirs": shown.theirs or desk.trouble,
        "revision": _revision(request, shown, version),
    }
    if _by_script(request):
        return render(request, "handoff_rules/_swapped.html", context)
    if request.method == "POST":
        context["preview"] = _preview(version, desk)
    bad = bool(shown.judged or shown.theirs or desk.trouble)
    return render(
        request, "handoff_rules/editor.html", {**_around(request, version), **context}, status=422 if bad else 200
    )


def _revision(request: Signed, shown: Shown, version: Version) -> int:
    """The revision that was opened goes along until it is saved, or somebody else was quicker."""
    if shown.revision is not None:
        return shown.revision
    return version.revision if shown.saved else (expected(request) or version.revision)


def _around(request: Signed, version: Version) -> dict[str, object]:
    """What stands around the form: its title, and the lists of the criteria's controls."""
    lead, company = ([one.value for one in attribute_names(request.user, owner)] for owner in ("lead", "company"))
    asks = [one for one in choices(lead, company, scores=True) if not one.key.startswith(SCORE)]
    title = HANDOFF_RULE.title_of(version.agreement.key)
    return {"title": title, "proposal": path_of(version), "choices": asks, "kinds": kind_choices()}


def _preview(version: Version, desk: Desk, judged: Judged | None = None) -> dict[str, object]:
    key, moment = version.agreement.key, now()
    judged = judged or judge(desk, key, moment)
    if judged.terms is None:
        return {"wrong": mistakes(desk, judged)}
    follows = HANDOFF_RULE.follows(judged.terms, Scope(key, moment))
    return {"sentences": HANDOFF_RULE.say(key, judged.terms), "follows": follows}


@writing
def preview(request: Signed, key: str, number: int) -> HttpResponse:
    """What stands in the form, in words, and whom it concerns; what is wrong with a condition goes to its row. Changes nothing."""
    version, desk = the_version(request, KIND, key, number), read_desk(request.POST)
    judged = judge(desk, key, now())
    context = {"preview": _preview(version, desk, judged), "places": places_of(desk.sheet, judged.problems)}
    return render(request, "handoff_rules/_previewed.html", context)


@reading
def values(request: Signed, key: str, number: int) -> HttpResponse:
    """Values to choose from in a condition, the most frequent first: `{"values":[{"value","count"}]}`."""
    the_version(request, KIND, key, number)
    found = suggest_values(request.user, request.GET.get("of", ""), request.GET.get("search", ""))
    return JsonResponse({"values": [asdict(one) for one in found]})

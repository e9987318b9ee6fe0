"""The editor's page: the draft as rows, and one button after the other until it says what both sides mean."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from alignment.agreements.entitlement import may_write
from alignment.agreements.models import Version
from alignment.agreements.pages.access import Signed, page, the_version
from alignment.clock import now
from leads.definitions.pages.desk import beside, edits, opened, page_context, read_context, sheet_context
from leads.definitions.pages.judging import judge
from leads.definitions.pages.posts import Post, read_post
from leads.definitions.pages.steps import Outcome, press
from leads.definitions.terms import KIND


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: Signed, key: str, number: int) -> HttpResponse:
    """The editor of a draft; whoever may not change it, or comes too late for that, reads it here."""
    version = the_version(request, KIND, key, number)
    if request.method == "POST":
        return _pressed(request, version)
    if not edits(request.user, version):
        context = {**page_context(request.user, version), **read_context(version, now())}
        return render(request, "definitions/editor.html", context)
    return _shown(request, version, Outcome(opened(version)), None)


def _pressed(request: Signed, version: Version) -> HttpResponse:
    post = read_post(request.POST)
    if not may_write(request.user):
        raise PermissionDenied("You may read this draft; changing it is for the two teams.")
    outcome = press(post, version, by=request.user, now=now())
    if outcome.go_to:
        is_htmx = request.headers.get("HX-Request") == "true"
        return HttpResponseClientRedirect(outcome.go_to) if is_htmx else HttpResponseRedirect(outcome.go_to)
    return _shown(request, version, outcome, post)


def _shown(request: Signed, version: Version, outcome: Outcome, post: Post | None) -> HttpResponse:
    """The form alone for a script; else the page, with what stands beside the form already in it."""
    context = sheet_context(version, outcome, post, now())
    if request.headers.get("HX-Request") == "true":
        return render(request, "definitions/_swapped.html", context)
    if post is not None:
        judged = outcome.judged or judge(outcome.sheet, version.agreement.key, now())
        context["preview"] = beside(request.user, version, judged, post, now())
    refused = outcome.refused or outcome.theirs or outcome.document_wrong
    whole = {**page_context(request.user, version), **context, "writes": True}
    return render(request, "definitions/editor.html", whole, status=422 if refused else 200)

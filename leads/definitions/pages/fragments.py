"""What the editor fetches while one types: what the rows mean, and values to choose from."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from alignment.agreements.pages.access import Signed, reading, the_version, writing
from alignment.clock import now
from leads.definitions.pages.desk import beside
from leads.definitions.pages.judging import as_text, judge
from leads.definitions.pages.posts import read_post
from leads.definitions.pages.showing import places_of
from leads.definitions.pages.trial import suggest_leads
from leads.definitions.pages.values import LONGEST_SEARCH, suggest_values
from leads.definitions.terms import KIND


@writing
def preview(request: Signed, key: str, number: int) -> HttpResponse:
    """Sentences, count and trial of what stands in the form; what is wrong with a row goes to that row. Changes nothing."""
    version = the_version(request, KIND, key, number)
    post, moment = read_post(request.POST), now()
    judged = judge(post.sheet, key, moment)
    context = {
        "version": version,
        "preview": beside(request.user, version, judged, post, moment),
        "places": places_of(post.sheet, judged.problems),
        "document_text": as_text(judged.document),
        "document_shown": post.document_shown,
        "here": f"{request.path.removesuffix('preview/')}",
        "lead": post.lead,
    }
    return render(request, "definitions/_previewed.html", context)


@reading
def values(request: Signed, key: str, number: int) -> HttpResponse:
    """Values to choose from, the most frequent first: `{"values":[{"value","count"}]}`; leads without a count."""
    the_version(request, KIND, key, number)
    of, search = request.GET.get("of", ""), request.GET.get("search", "")[:LONGEST_SEARCH]
    if of == "lead":
        return JsonResponse({"values": [{"value": name} for name in suggest_leads(request.user, search, now())]})
    return JsonResponse({"values": [asdict(one) for one in suggest_values(request.user, of, search)]})

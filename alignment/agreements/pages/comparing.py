"""Two versions of one agreement beside each other: the differences in words, then every sentence."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from alignment.agreements import selectors
from alignment.agreements.pages.access import Signed, reading, the_version
from alignment.agreements.pages.differences import changes, side_by_side
from alignment.agreements.pages.shown import shown
from alignment.agreements.pages.signers import signers
from alignment.clock import now


@reading
def choose(request: Signed, kind: str, key: str) -> HttpResponse:
    """From the two selects of a form to the page of that pair."""
    pair = [request.GET.get(name, "") for name in ("before", "after")]
    if not all(text.isdecimal() and len(text) < 10 for text in pair):
        raise Http404("There is no such version.")
    return redirect("agreements:compare", kind, key, *pair)


@reading
def compare(request: Signed, kind: str, key: str, before: int, after: int) -> HttpResponse:
    """What `after` changes about `before`."""
    moment, can_sign = now(), signers()
    one, other = (shown(the_version(request, kind, key, number), moment, can_sign) for number in (before, after))
    context = {
        "title": other.title,
        "kind": kind,
        "key": key,
        "before": one,
        "after": other,
        "changes": changes(selectors.difference(one.version, other.version)),
        "lines": side_by_side(one.sentences, other.sentences),
        "numbers": [
            (version.number, version.get_step_display())
            for version in selectors.versions(request.user).filter(agreement=other.version.agreement_id)
        ],
    }
    return render(request, "agreements/compare.html", context)

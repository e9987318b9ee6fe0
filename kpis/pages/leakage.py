"""The leakage page: what leaks, who acts next, what it may cost, and each lead one click away."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.selectors import people_visible_to
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from kpis import freshness
from kpis.leaks.kept import leakage_as_kept
from kpis.leaks.kinds import BY_KEY, KINDS
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.models import KeptPage
from kpis.pages.files import leaks_file
from kpis.pages.flags import flag_rows
from kpis.pages.kept import kept_leakage
from kpis.pages.overview import LONG_AGO, leak_rows, rows_of_leaks
from kpis.pages.questions import Question
from leads.models import Lead
from leads.pages.access import Signed, reading

PAGE = 50


@reading
def show(request: Signed) -> HttpResponseBase:
    """Open leaks, the oldest first or by `order=value` the most at risk, or with `state=all` also those that closed; narrowed
    by what the address says.
    """
    moment = now()
    question = Question.of(request.GET, moment).but(limit=f"{PAGE}")
    if not question.options.get("start"):
        question = question.but(start=LONG_AGO, end="2199-12-31")
    kind, side = request.GET.get("kind", ""), request.GET.get("side", "")
    by_value = request.GET.get("order") == "value"
    only = Only(
        kind=kind if kind in BY_KEY else None,
        side=side if side in ("marketing", "sales") else None,
        still_open=by_value or request.GET.get("state") != "all",
    )
    try:
        if is_asked_for(request):
            return download(request, leaks_file(question, question.params, request.user, only, by_value=by_value))
        kept = kept_leakage(request.user, moment) if only.still_open and not by_value and _is_plain(question) else None
        document: dict[str, Any] = (
            leakage_as_kept(kept.document, question.params, only)
            if kept
            else leakage(question.params, request.user, only, by_value=by_value)
        )
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    more = {name: request.GET[name] for name in ("kind", "side", "state", "order") if request.GET.get(name)}
    context = {
        "question": question, "document": document, "only": only, "kinds": KINDS, "kind": BY_KEY.get(kind),
        "rows": flag_rows(document["flags"], request.user, question.params.stages),
        "leaks": rows_of_leaks(_open(kept)) if kept else leak_rows(request.user, now=moment),
        "next_url": question.address(request.path, **more, cursor=document["next"]) if document["next"] else None,
        "by_value": by_value,
        "first_page": not question.options.get("cursor"),
        "owners": people_visible_to(request.user).filter(pk__in=Lead.objects.visible_to(request.user).values("owner")).order_by("name"),
        "computed_at": kept.at if kept else moment, "kept": kept, "freshness": freshness.last("leaks"), "waiting": freshness.waiting(),
        "where": dict(question.params.where), "period_given": question.options["start"] != (LONG_AGO,),
    }  # fmt: skip
    return render(request, "kpis/leakage.html", context)


def _is_plain(question: Question) -> bool:
    """Whether all that leaks now is asked for, at most by kind, side or place in the list."""
    given = {name: values for name, values in question.options.items() if name not in ("limit", "cursor")}
    return given == {"start": (LONG_AGO,), "end": ("2199-12-31",)}


def _open(kept: KeptPage) -> dict[tuple[str, str], int]:
    return {(kind, side): count for kind, side, count in kept.document["counts"]}

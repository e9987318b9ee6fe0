"""The leakage page: what leaks, who acts next, what it may cost, and each lead one click away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import people_visible_to
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from kpis import freshness
from kpis.leaks.kept import leakage_as_kept, open_as_kept
from kpis.leaks.kinds import BY_KEY, KINDS
from kpis.leaks.queries.flags import Only
from kpis.pages.answers import answer, being_counted
from kpis.pages.files import leaks_file
from kpis.pages.flags import flag_rows
from kpis.pages.kept import ALL_THAT_LEAKS, LEAKS, leakage_question
from kpis.pages.overview import LONG_AGO, rows_of_leaks
from kpis.pages.questions import Question
from leads.models import Lead
from leads.pages.access import Signed, reading

PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A page of leaks: the report, how many of each kind are open, and as of when. `kept`: heads were counted beforehand."""

    document: Mapping[str, Any]
    open: Mapping[tuple[str, str], int]
    at: datetime
    kept: bool


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
        shown = _shown(request, question, only, by_value=by_value)
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    if shown is None:
        return being_counted(request)
    document = shown.document
    more = {name: request.GET[name] for name in ("kind", "side", "state", "order") if request.GET.get(name)}
    context = {
        "question": question, "document": document, "only": only, "kinds": KINDS, "kind": BY_KEY.get(kind),
        "rows": flag_rows(document["flags"], request.user, question.params.stages),
        "leaks": rows_of_leaks(shown.open),
        "next_url": question.address(request.path, **more, cursor=document["next"]) if document["next"] else None,
        "by_value": by_value,
        "first_page": not question.options.get("cursor"),
        "owners": owners(request.user),
        "computed_at": shown.at, "kept": shown.kept, "freshness": freshness.last("leaks"), "waiting": freshness.waiting(),
        "where": dict(question.params.where), "period_given": question.options["start"] != (LONG_AGO,),
    }  # fmt: skip
    return render(request, "kpis/leakage.html", context)


def _shown(request: Signed, question: Question, only: Only, *, by_value: bool) -> Shown | None:
    """All that is open, at most by kind and side: heads as they were gathered, and the flags themselves. Else the report. None: it is
    being counted.
    """
    user, wait = request.user, "wait" in request.GET
    gathered = answer(ALL_THAT_LEAKS, leakage_question(question.now), user, wait=wait)
    if gathered is None:
        return None
    counts = open_as_kept(gathered.document)
    if only.still_open and not by_value and _is_plain(question):
        document = leakage_as_kept(gathered.document, question.params, only, user)
        return Shown(document, counts, gathered.at, gathered.kept)
    told = answer(LEAKS, question, user, _options(only, by_value=by_value), wait=wait)
    return None if told is None else Shown(told.document, counts, told.at, told.kept)


def _options(only: Only, *, by_value: bool) -> dict[str, str]:
    given = {
        "kind": only.kind, "side": only.side, "state": None if only.still_open else "all", "order": "value" if by_value else None
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def owners(user: User) -> QuerySet[User]:
    """Who owns a lead that the visitor may see, by name: one look at an index for each person."""
    leads = Lead.objects.visible_to(user).filter(owner=OuterRef("pk"))
    return people_visible_to(user).filter(Exists(leads)).order_by("name")


def _is_plain(question: Question) -> bool:
    """Whether all that leaks now is asked for, at most by kind, side or place in the list."""
    given = {name: values for name, values in question.options.items() if name not in ("limit", "cursor")}
    return given == {"start": (LONG_AGO,), "end": ("2199-12-31",)}

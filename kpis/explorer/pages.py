"""`/explore/`: the funnel from every side on one page, with an address that says it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from alignment.ui.charts import Drawing
from alignment.ui.exports import is_asked_for, send
from alignment.ui.navigation import kind_of
from kpis.explorer.charts import compared_chart, compared_curves, matrix_map
from kpis.explorer.comparing import Difference, differences
from kpis.explorer.forms import ExplorerForm
from kpis.explorer.reading import options_of
from kpis.explorer.sides import Group, two_groups
from kpis.explorer.view import BEFORE, OWN, View
from kpis.pages.answers import answer, being_counted
from kpis.pages.explorer_charts import cohorts_chart, goal_of, survival_chart
from kpis.pages.files import report_file
from kpis.pages.periods import presets, twelve_months
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.reports.registry import REPORTS
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed, reading


@dataclass(frozen=True)
class Compared:
    """Two groups stage by stage, and how quickly each makes the chosen step."""

    groups: tuple[Group, Group]
    sizes: tuple[dict[str, Any], dict[str, Any]]
    found: list[Difference]
    chart: Drawing
    curves: Drawing


@reading
def show(request: Signed) -> HttpResponseBase:
    """Matrix, comparison, curves and cohorts of one question; without a period in the address, the last twelve months."""
    if kind_of(request.user) == "nobody":
        return render(request, "kpis/no_team.html")
    if "where_cut" in request.GET:
        return redirect(f"{request.path}?{_plain(request.GET).urlencode()}")
    moment = now()
    today = moment.astimezone(reporting_zone()).date()
    question = Question.of(request.GET, moment)
    if not question.options.get("start") and not question.options.get("end"):
        year = twelve_months(today)
        question = question.but(start=f"{year.first}", end=f"{year.end}")
    view = View.of(question, request.GET.dict())
    context: dict[str, Any] = {"view": view, "question": view.question, "presets": presets(today)}
    try:
        if is_asked_for(request):
            matrix = view.matrix
            document: dict[str, Any] = funnel(matrix.params, request.user)
            return send(
                report_file(REPORTS["funnel"], document, matrix, matrix.params),
                request.GET["format"],
                by=str(request.user),
            )
        shown = _answer(request, view)
        if shown is None:
            return being_counted(request)
        context |= shown
    except Refused as refused:
        form = ExplorerForm(view, stage_set())
        return render(request, "kpis/explorer.html", {**context, "form": form, "refused": refused}, status=400)
    return render(request, "kpis/explorer.html", context)


def _answer(request: Signed, view: View) -> dict[str, Any] | None:
    """What the page shows; None: it is being counted."""
    told = answer("explorer", view.question, request.user, options_of(view), wait="wait" in request.GET)
    if told is None:
        return None
    document = told.document
    view = replace(view, question=told.question(view.question))
    params, matrix = view.question.params, document["matrix"]
    of_values = document["of_values"] or matrix
    view, groups = two_groups(view, of_values)
    goal = goal_of(view.question)
    pinned = replace(view, question=view.question.pinned())
    return {
        "view": view,
        "question": view.question,
        "params": params,
        "kept": told.kept,
        "form": ExplorerForm(view, params.stages, _values(of_values, view)),
        "titles": {terms.key: terms.title for terms in params.stages.terms},
        "goal": params.stages.by_key[goal] if goal else None,
        "size": document["whole"],
        "matrix": matrix,
        "matrix_question": view.matrix,
        "matrix_map": matrix_map(view.matrix, matrix),
        "compared": _compared(view, document["sides"], groups, goal) if groups else None,
        "curves": None if groups else replace(survival_chart(view.question, document["survival"]), key="steps"),
        "cohort_map": replace(cohorts_chart(view.question, document["months"]), key="cohorts"),
        "pinned": pinned.address(request.path),
    }


def _compared(view: View, sides: Sequence[dict[str, Any]], groups: tuple[Group, Group], goal: str | None) -> Compared:
    first, second = (side["funnel"] for side in sides)
    title = view.question.params.stages.by_key[goal].title if goal else ""
    found = differences(first, second)
    curves = (sides[0]["survival"], sides[1]["survival"])
    return Compared(
        groups, (first, second), found, compared_chart(groups, found),
        compared_curves(groups, curves, goal or "", f"Share that has gone on to {title}, by days"),
    )  # fmt: skip


def _values(matrix: dict[str, Any], view: View) -> list[str]:
    if view.compare in ("", BEFORE):
        return []
    found = sorted(matrix["groups"], key=lambda group: -group["entered"])
    return [group["group"][view.compare] or "" for group in found if view.compare in group["group"]]


def _plain(query: QueryDict) -> QueryDict:
    """The form's own fields turned into options: one more condition; empty ones left out, but the values compared."""
    plain = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in ("where_cut", "where_value"):
            plain.setlist(name, [value for value in values if value or name in OWN[1:]])
    if query.get("where_cut"):
        plain.appendlist("where", f"{query['where_cut']}={query.get('where_value', '')}")
    if query.get("compare") in ("", BEFORE, None) or query.get("compare") != query.get("compared"):
        for name in OWN[1:]:
            plain.pop(name, None)
    plain.pop("compared", None)
    return plain

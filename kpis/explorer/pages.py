"""`/explore/`: the funnel from every side on one page, with an address that says it all."""

from __future__ import annotations

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
from kpis.explorer.cohorts import cohorts
from kpis.explorer.comparing import Difference, differences
from kpis.explorer.forms import ExplorerForm
from kpis.explorer.sides import Group, two_groups
from kpis.explorer.survival import survival
from kpis.explorer.view import BEFORE, OWN, View
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
        context |= _answer(request, view)
    except Refused as refused:
        form = ExplorerForm(view, stage_set())
        return render(request, "kpis/explorer.html", {**context, "form": form, "refused": refused}, status=400)
    return render(request, "kpis/explorer.html", context)


def _answer(request: Signed, view: View) -> dict[str, Any]:
    params = view.question.params
    matrix: dict[str, Any] = funnel(view.matrix.params, request.user)
    of_values = matrix
    if view.compare not in ("", BEFORE, view.cut):
        of_values = funnel(view.question.but(by=view.compare).params, request.user)
    view, groups = two_groups(view, of_values)
    goal = goal_of(view.question)
    whole: dict[str, Any] = funnel(params, request.user)
    months: dict[str, Any] = cohorts(params, request.user)
    pinned = replace(view, question=view.question.pinned())
    return {
        "view": view,
        "params": params,
        "form": ExplorerForm(view, params.stages, _values(of_values, view)),
        "titles": {terms.key: terms.title for terms in params.stages.terms},
        "goal": params.stages.by_key[goal] if goal else None,
        "size": whole["groups"][0],
        "matrix": matrix,
        "matrix_question": view.matrix,
        "matrix_map": matrix_map(view.matrix, matrix),
        "compared": _compared(request, view, groups, goal) if groups else None,
        "curves": replace(survival_chart(view.question, survival(params, request.user)), key="steps"),
        "cohort_map": replace(cohorts_chart(view.question, months), key="cohorts"),
        "pinned": pinned.address(request.path),
    }


def _compared(request: Signed, view: View, groups: tuple[Group, Group], goal: str | None) -> Compared:
    first, second = (funnel(group.question.params, request.user)["groups"][0] for group in groups)  # type: ignore[index]
    curves = [survival(group.question.but(to_stage=goal).params, request.user) for group in groups]
    title = view.question.params.stages.by_key[goal].title if goal else ""
    found = differences(first, second)
    return Compared(
        groups, (first, second), found, compared_chart(groups, found),
        compared_curves(groups, (curves[0], curves[1]), goal or "", f"Share that has gone on to {title}, by days"),
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

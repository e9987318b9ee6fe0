"""The report pages: a question as a form, the answer as chart and table, an address that says it all."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from kpis.pages.flags import flag_rows
from kpis.pages.periods import presets, twelve_months
from kpis.pages.questions import Question
from kpis.pages.report_forms import ReportForm
from kpis.pages.report_pages import PAGES, ReportPage
from kpis.reports.tables import as_csv, flatten
from leads.funnel.stage_sets import StageSet, stage_set
from leads.pages.access import Signed, only, reading

FLAGS_SHOWN = "100"


@reading
def show(request: Signed, key: str) -> HttpResponse:
    """One report; without a period in the address, the last twelve months."""
    only(key in PAGES)
    page, moment = PAGES[key], now()
    today = moment.astimezone(reporting_zone()).date()
    if "where_cut" in request.GET or "attribute" in request.GET:
        return redirect(f"{request.path}?{_plain(request.GET).urlencode()}")
    question = Question.of(request.GET, moment)
    if not question.options.get("start") and not question.options.get("end"):
        year = twelve_months(today)
        question = question.but(start=f"{year.first}", end=f"{year.end}")
    form = ReportForm(question, _stages(question), handed=page.report.handed)
    context = {"page": page, "pages": PAGES.values(), "question": question, "form": form, "presets": presets(today)}
    try:
        context |= _answer(page, question if page.cuts else question.but(limit=FLAGS_SHOWN), request)
    except Refused as refused:
        return render(request, "kpis/report.html", {**context, "refused": refused}, status=400)
    return render(request, "kpis/report.html", context)


def _stages(question: Question) -> StageSet:
    """Those of the version that the question is answered by; today's while it cannot be read."""
    try:
        return question.params.stages
    except Refused:
        return stage_set()


def _answer(page: ReportPage, question: Question, request: Signed) -> dict[str, object]:
    document: dict[str, Any] = page.report.run(question.params, request.user)
    answer: dict[str, object] = {
        "document": document,
        "chart": page.chart(question, document),
        "params": question.params,
        "pinned": question.pinned().but(limit=None).address(request.path),
        "csv": question.but(limit=None, cursor=None).address(f"/reports/{page.report.key}.csv"),
        "titles": {terms.key: terms.title for terms in question.params.stages.terms},
    }
    if "flags" in document:
        answer["rows"] = flag_rows(document["flags"], request.user, question.params.stages)
        answer["next_url"] = (
            question.but(limit=None).address(request.path, cursor=document["next"]) if document["next"] else None
        )
    return answer


def _plain(query: QueryDict) -> QueryDict:
    """The form's own fields turned into options: an attribute to cut by, one more condition; empty ones left out."""
    plain = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in ("where_cut", "where_value", "attribute"):
            plain.setlist(name, [value for value in values if value])
    if query.get("attribute"):
        plain.appendlist("by", f"attributes.{query['attribute']}")
    if query.get("where_cut"):
        plain.appendlist("where", f"{query['where_cut']}={query.get('where_value', '')}")
    return plain


@reading
def download(request: Signed, key: str) -> HttpResponse:
    """The same answer as CSV."""
    only(key in PAGES)
    page = PAGES[key]
    try:
        document: dict[str, Any] = page.report.run(Question.of(request.GET, now()).params, request.user)
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    answer = HttpResponse(as_csv(flatten(document, page.report.rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return answer

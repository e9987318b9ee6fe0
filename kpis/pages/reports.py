"""The report pages: a question as a form, the answer as chart and table, an address that says it all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from alignment.ui.exports import is_asked_for, send
from kpis.cells import counted_at
from kpis.pages.answers import Answer, answer, being_counted, may_be_kept
from kpis.pages.files import report_file
from kpis.pages.flags import flag_rows
from kpis.pages.periods import Period, presets, twelve_months
from kpis.pages.questions import Question
from kpis.pages.report_forms import ReportForm
from kpis.pages.report_pages import GROUPS, PAGES, ReportPage, group_of
from kpis.reports.funnel import funnel_of_cells
from kpis.reports.params import ReportParams
from leads.funnel.stage_sets import StageSet, stage_set
from leads.pages.access import Signed, only, reading

FLAGS_SHOWN = "100"


@reading
def show(request: Signed, key: str) -> HttpResponseBase:
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
    if is_asked_for(request):
        return _file(request, page, question, request.GET["format"])
    form = ReportForm(question, _stages(question), handed=page.report.handed, own_cuts=page.report.own_cuts)
    context: dict[str, object] = {
        "page": page, "groups": GROUPS, "group": group_of(page), "presets": presets(today), "form": form, "question": question,
    }  # fmt: skip
    try:
        asked = question if page.cuts else question.but(limit=FLAGS_SHOWN)
        told = _told(page, asked, request)
        if told is None:
            return being_counted(request)
        context |= _shown(page, told.question(asked), told, request)
    except Refused as refused:
        return render(request, "kpis/report.html", {**context, "refused": refused}, status=400)
    return render(request, "kpis/report.html", context)


def _stages(question: Question) -> StageSet:
    """Those of the version that the question is answered by; today's while it cannot be read."""
    try:
        return question.params.stages
    except Refused:
        return stage_set()


def _told(page: ReportPage, question: Question, request: Signed) -> Answer | None:
    """What was counted: a funnel that shows no times by the cells, at once, whatever days and cut; with times, until those are counted."""
    name, wait = f"report {page.report.key}", "wait" in request.GET
    of_cells = page.report.key == "funnel" and may_be_kept(question, request.user)
    if of_cells and question.params.by and (found := _of_cells(question)):
        return found
    told = answer(name, question, request.user, wait=wait)
    return _of_cells(question) if told is None and of_cells else told


def _of_cells(question: Question) -> Answer | None:
    document, at = funnel_of_cells(question.params, None), counted_at()
    return Answer(document, at, kept=True) if document is not None and at is not None else None


def _shown(page: ReportPage, question: Question, told: Answer, request: Signed) -> dict[str, object]:
    document = dict(told.document)
    shown: dict[str, object] = {
        "document": document,
        "question": question,
        "kept": told.kept,
        "chart": page.chart(question, document),
        "params": question.params,
        "days": _days(question.params),
        "pinned": question.pinned().but(limit=None).address(request.path),
        "titles": {terms.key: terms.title for terms in question.params.stages.terms},
    }
    if "flags" in document:
        shown["rows"] = flag_rows(document["flags"], request.user, question.params.stages)
        shown["next_url"] = (
            question.but(limit=None).address(request.path, cursor=document["next"]) if document["next"] else None
        )
    return shown


def _days(params: ReportParams) -> str:
    """`1 Jan – 31 Dec 2025`; instants as they were asked."""
    try:
        first, end = (date.fromisoformat(text) for text in (params.start_text, params.end_text))
    except ValueError:
        return f"{params.start_text} up to {params.end_text}"
    return Period(first, end).title if first < end else f"{first:%-d %b %Y}"


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
def as_csv(request: Signed, key: str) -> HttpResponseBase:
    """The same answer as CSV, at an address of its own."""
    only(key in PAGES)
    return _file(request, PAGES[key], Question.of(request.GET, now()), "csv")


def _file(request: Signed, page: ReportPage, question: Question, ending: str) -> HttpResponseBase:
    """The table of the report; all of it, however few the page shows."""
    whole = question.but(limit=None, cursor=None)
    try:
        document: dict[str, Any] = page.report.run(whole.params, request.user)
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    return send(report_file(page.report, document, whole, whole.params), ending, by=str(request.user))

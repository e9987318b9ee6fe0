"""The lists behind figures: exactly the leads, or the changes, that were counted."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.words import count
from kpis.pages.files import changes_file, leads_file
from kpis.pages.questions import CHANGES_PATH, LEADS_PATH, Question
from kpis.pages.rows import leads_by_id
from kpis.reports.behind import After, changes_behind, count_behind, leads_behind
from kpis.reports.params import ReportParams
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed, reading

PAGE = 50

WORDS = {
    "entered": "that came in",
    "mature": "that have had the whole window",
    "reached": "that reached {stage}",
    "reached_in_window": "that reached {stage} within {days} days",
    "mature_in_window": "that have had the whole window and reached {stage} within {days} days",
    "step_n": "that went from the stage before to {stage}",
    "step_skipped": "that reached {stage} without the stage before",
    "waiting": "that have not reached {stage} yet",
    "returned": "that went back to marketing",
    "lost": "that were lost or disqualified",
}


def read_after(text: str) -> After | None:
    """The place behind which a page of a list begins; None for the first."""
    at, _, key = text.partition(" ")
    try:
        return After(datetime.fromisoformat(at), int(key)) if key else None
    except ValueError:
        return None


def _refused(request: Signed, refused: Refused) -> HttpResponse:
    return render(request, "kpis/refused.html", {"refused": refused}, status=400)


@reading
def leads(request: Signed) -> HttpResponseBase:
    """The leads behind a figure of a funnel or velocity report."""
    question = Question.of(request.GET, now())
    measure, stage = request.GET.get("measure", "reached"), request.GET.get("stage", "")
    try:
        params = question.params
        if is_asked_for(request):
            return download(
                request,
                leads_file(
                    question, params, request.user, measure=measure, stage=stage, title=_title(params, measure, stage)
                ),
            )
        found = leads_behind(
            params,
            request.user,
            measure=measure,
            stage=stage,
            after=read_after(request.GET.get("after", "")),
            limit=PAGE + 1,
        )
        total = count_behind(params, request.user, measure=measure, stage=stage)
    except Refused as refused:
        return _refused(request, refused)
    by_id = leads_by_id((row.lead_id for row in found), request.user)
    stages, present = params.stages.by_key, stage_set().by_key
    rows = [
        (by_id[row.lead_id], present.get(by_id[row.lead_id].stage_id or ""), row.anchor)
        for row in found[:PAGE]
        if row.lead_id in by_id
    ]
    title = _title(params, measure, stage)
    context = {
        "question": question, "params": params, "title": title, "rows": rows, "total": total,
        "start_title": stages[params.start_stage].title, "count_text": f"{count(total)} in all",
        "next_url": _next(question, LEADS_PATH, found, measure=measure, stage=stage),
    }  # fmt: skip
    return render(request, "kpis/leads_behind.html", context)


@reading
def changes(request: Signed) -> HttpResponseBase:
    """The changes of stage behind a figure of a flow report."""
    question = Question.of(request.GET, now())
    entered, left = request.GET.get("entered") or None, request.GET.get("left") or None
    try:
        params = question.params
        if is_asked_for(request):
            return download(request, changes_file(question, params, request.user, entered=entered, left=left))
        found = changes_behind(
            params,
            request.user,
            entered=entered,
            left=left,
            after=read_after(request.GET.get("after", "")),
            limit=PAGE + 1,
        )
    except Refused as refused:
        return _refused(request, refused)
    by_id = leads_by_id((row.lead_id for row in found), request.user)
    stages = params.stages.by_key
    rows = [
        (by_id[row.lead_id], stages.get(row.left or ""), stages.get(row.entered), row.at)
        for row in found[:PAGE]
        if row.lead_id in by_id
    ]
    which = {name: value for name, value in (("entered", entered), ("left", left)) if value}
    context = {
        "question": question, "params": params, "rows": rows, "entered": stages.get(entered or ""), "left": stages.get(left or ""),
        "count_text": f"{len(rows)} on this page", "next_url": _next(question, CHANGES_PATH, found, **which),
    }  # fmt: skip
    return render(request, "kpis/changes_behind.html", context)


def _title(params: ReportParams, measure: str, stage: str) -> str:
    """The leads in words; the figure's own name where there is no such figure or stage, which is refused when it is asked."""
    terms = params.stages.by_key.get(stage)
    return WORDS.get(measure, measure).format(stage=terms.title if terms else stage, days=params.window_days)


def _next(question: Question, path: str, found: list, **more: str) -> str | None:  # type: ignore[type-arg]
    if len(found) <= PAGE:
        return None
    key: After = found[PAGE - 1].key
    return question.address(path, **more, after=f"{key.at.isoformat()} {key.id}")

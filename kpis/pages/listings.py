"""The lists behind the counts of reports that declare one: `/reports/KEY/behind/`, with the question and `measure`."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from kpis.pages.behind import read_after
from kpis.pages.files import lines_file
from kpis.pages.questions import Question
from kpis.pages.rows import leads_by_id
from kpis.reports.registry import REPORTS
from leads.pages.access import Signed, reading

PAGE = 50


@reading
def show(request: Signed, key: str) -> HttpResponseBase:
    """One line a thing that was counted, the earliest first; or all of them as a file."""
    report = REPORTS.get(key)
    if report is None or report.listing is None:
        raise Http404
    listing, question = report.listing, Question.of(request.GET, now())
    measure = request.GET.get("measure", next(iter(listing.titles)))
    which = {name: request.GET[name] for name in listing.which if name in request.GET}
    after = read_after(request.GET.get("after", ""))
    try:
        params = question.params
        if is_asked_for(request):
            title = listing.titles.get(measure, measure)
            return download(
                request, lines_file(listing, title, question, params, request.user, measure=measure, which=which)
            )
        found = listing.read(params, request.user, measure=measure, which=which, after=after, limit=PAGE + 1)
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=400)
    by_id = leads_by_id((line.lead_id for line in found if line.lead_id is not None), request.user)
    rows = [
        (None if line.lead_id is None else by_id[line.lead_id], line)
        for line in found[:PAGE]
        if line.lead_id is None or line.lead_id in by_id
    ]
    following = found[PAGE - 1].key if len(found) > PAGE else None
    context = {
        "report": report, "title": listing.titles[measure], "columns": listing.heads(request.user), "rows": rows, "question": question,
        "params": params, "which": [(name, value) for name, value in which.items() if value],
        "count_text": f"{len(rows)} on this page", "back": question.but(limit=None, cursor=None).address(f"/reports/{key}/"),
        "next_url": question.address(
            request.path, measure=measure, **which, after=f"{following.at.isoformat()} {following.id}"
        ) if following else None,
    }  # fmt: skip
    return render(request, "kpis/behind.html", context)

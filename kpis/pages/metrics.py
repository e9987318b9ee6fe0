"""The pages of metrics: the catalogue, one metric over periods, and the lines behind it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from kpis.metrics.behind import lines_behind, opening, openings
from kpis.metrics.by_period import Answer, read_grain, values_by_period
from kpis.metrics.catalogue import catalogue, find
from kpis.metrics.declaring import Metric
from kpis.metrics.periods import Grain
from kpis.metrics.words import TOLD, written
from kpis.pages.behind import read_after
from kpis.pages.metric_files import catalogue_file, lines_file, values_file
from kpis.pages.metric_forms import MetricForm
from kpis.pages.metric_rows import Picture
from kpis.pages.periods import Period, presets, twelve_months
from kpis.pages.questions import Question
from kpis.pages.rows import leads_by_id
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed, reading

PAGE = 50


@reading
def index(request: Signed) -> HttpResponseBase:
    """Every metric by room, each with its definition; or those whose words say what is looked for."""
    search = request.GET.get("search", "").strip()
    question = Question({}, now())
    metrics = [metric for metric in catalogue(stage_set()).values() if _fits(metric, search)]
    if is_asked_for(request):
        return download(request, catalogue_file(metrics, question))
    rooms = [(room, [(one, TOLD[one.unit]) for one in found]) for room, found in groupby(metrics, lambda one: one.room)]
    context = {"rooms": rooms, "search": search, "count": len(metrics)}
    return render(request, "kpis/metrics.html", context)


@reading
def show(request: Signed, key: str) -> HttpResponseBase:
    """One metric; without days in the address, the last twelve months by month."""
    moment = now()
    today = moment.astimezone(reporting_zone()).date()
    question, grain_text = Question.of(request.GET, moment), request.GET.get("grain", "month")
    if not question.options.get("start") and not question.options.get("end"):
        year = twelve_months(today)
        question = question.but(start=f"{year.first}", end=f"{year.end}")
    metric = _found(key)
    there = catalogue(stage_set())
    context = {
        "metric": metric, "question": question, "presets": presets(today), "unit": TOLD[metric.unit], "grain": grain_text,
        "form": MetricForm(question, metric, grain=grain_text, compare="compare" in request.GET),
        "parts": [(part, there[one]) for part, one in _parts(metric)], "opens": bool(openings(key, there)),
    }  # fmt: skip
    try:
        grain = read_grain(grain_text) or Grain.MONTH
        answer = values_by_period(key, question.params, request.user, grain=grain, windowed=metric.windowed)
        if is_asked_for(request):
            return download(request, values_file(metric, answer, question, reporting_currency()))
        before = _before(question, metric, grain, request) if "compare" in request.GET else None
    except Refused as refused:
        return render(request, "kpis/metric.html", {**context, "refused": refused}, status=400)
    picture = Picture(metric, question, reporting_currency(), opens=bool(context["opens"]))
    context |= {
        "params": question.params,
        "answer": answer,
        "chart": picture.chart(answer, before),
        "table": picture.table(answer, before),
        "compared": before is not None,
        "pinned": question.pinned().address(request.path, grain=grain.value),
    }
    return render(request, "kpis/metric.html", context)


@reading
def behind(request: Signed, key: str) -> HttpResponseBase:
    """The lines behind a value, the earliest first; of a ratio those of one part, with the way to the other."""
    question, metric = Question.of(request.GET, now()), _found(key)
    part, currency = request.GET.get("part") or None, reporting_currency()
    try:
        params = question.params
        there = catalogue(params.stages)
        one = opening(key, part, there)
        if is_asked_for(request):
            return download(request, lines_file(metric, one, question, request.user, currency))
        after = read_after(request.GET.get("after", ""))
        found = lines_behind(key, params, request.user, part=one.part, after=after, limit=PAGE + 1)
    except Refused as refused:
        return render(request, "kpis/refused.html", {"refused": refused}, status=refused.status)
    shown, leads = found[:PAGE], leads_by_id({line.lead_id for line in found if line.lead_id}, request.user)
    following = found[PAGE - 1].key if len(found) > PAGE else None
    context = {
        "metric": metric, "one": one, "parts": openings(key, there) if len(openings(key, there)) > 1 else [], "params": params,
        "rows": [(line, leads.get(line.lead_id or 0), written(line.value, one.unit, currency)) for line in shown],
        "question": question, "count_text": f"{len(shown)} on this page",
        "next_url": question.address(request.path, part=one.part, after=f"{following.at.isoformat()} {following.id}")
        if following else None,
    }  # fmt: skip
    return render(request, "kpis/metric_behind.html", context)


def _found(key: str) -> Metric:
    try:
        return find(key, stage_set())
    except Refused as refused:
        raise Http404(refused.detail) from refused


def _fits(metric: Metric, search: str) -> bool:
    words = f"{metric.key} {metric.title} {metric.sentence} {metric.room}".casefold()
    return all(word in words for word in search.casefold().split())


def _parts(metric: Metric) -> Sequence[tuple[str, str]]:
    """The metrics that a ratio divides, in words."""
    named = (("", "over"), ("less", "minus"), ("divided by", "under"))
    return [(word, key) for word, name in named if (key := getattr(metric, name, None))]


def _before(question: Question, metric: Metric, grain: Grain, request: Signed) -> Answer:
    """The same of the days before, as many periods."""
    params = question.params
    first, end = (moment.astimezone(params.zone).date() for moment in (params.start, params.end))
    earlier = Period(first, end).before
    asked = question.turned(first=earlier.first, end=earlier.end)
    return values_by_period(metric.key, asked.params, request.user, grain=grain, windowed=metric.windowed)

"""The dashboard: where both teams see the same truth about a period, and what leaks now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from alignment.ui.figures import Figure
from alignment.ui.navigation import kind_of
from kpis import freshness
from kpis.agreed.headlines import FiveNumbers, five_numbers
from kpis.agreed.milestones import reached_lately
from kpis.leaks.kept import open_as_kept, risk_as_kept
from kpis.leaks.selectors import open_counts
from kpis.metrics.kept.freshness import late
from kpis.pages.answers import Answer, answer, being_counted, may_be_kept
from kpis.pages.figures_kept import figures_in, five_from_json, months_in
from kpis.pages.kept import ALL_THAT_LEAKS, DASHBOARD, FIVE, MONTHS, leakage_question, months_question
from kpis.pages.overview import (
    LeakRow,
    asked,
    funnel_chart,
    leak_figures,
    months_chart,
    no_risk_figure,
    rows_of_leaks,
)
from kpis.pages.periods import presets, read_period, twelve_months
from kpis.pages.questions import Question
from leads.models import Lead
from leads.pages.access import Signed, reading


@dataclass(frozen=True)
class Leaking:
    """What leaks now: as figures, and as rows by kind."""

    figures: list[Figure]
    rows: list[LeakRow]
    at: datetime


@reading
def show(request: Signed) -> HttpResponse:
    """Key figures, funnel and leaks of the period in the address."""
    if kind_of(request.user) == "nobody":
        return render(request, "kpis/no_team.html")
    moment = now()
    today = moment.astimezone(reporting_zone()).date()
    period, wait = read_period(request.GET, today), "wait" in request.GET
    question, monthly = asked(period, moment), months_question(today, moment)
    told = answer(DASHBOARD, question, request.user, wait=wait)
    months = answer(MONTHS, monthly, request.user, wait=wait)
    leaking = _leaking(request.user, moment, told, wait=wait)
    five = _five(request.user, moment) if may_read(request.user) else None
    if told is None or months is None or leaking is None:
        return being_counted(request)
    counted, question = figures_in(told.document), told.question(question)
    context = {
        "period": period,
        "presets": presets(today),
        "figures": [*counted.figures, *leaking.figures],
        "funnel": counted.group,
        "question": question,
        "funnel_chart": funnel_chart(question, counted.group),
        "months_chart": months_chart(question, twelve_months(today), months_in(months.document)),
        "leaks": leaking.rows,
        "most": max((row.total for row in leaking.rows), default=0),
        "freshness": freshness.last("leaks"),
        "waiting": freshness.waiting(),
        "late": late(moment),
        "computed_at": min(told.at, months.at, leaking.at),
        "kept": told.kept,
        "five": five,
        "milestones": reached_lately(moment) if may_read(request.user) else (),
        "has_leads": Lead.objects.visible_to(request.user).exists(),
    }
    return render(request, "kpis/dashboard.html", context)


def _leaking(user: User, now: datetime, told: Answer | None, *, wait: bool) -> Leaking | None:
    """None: it is being counted. Where a rate is missing, only the value at risk is not told."""
    before = told.document["leaks_before"] if told else 0
    try:
        found = answer(ALL_THAT_LEAKS, leakage_question(now), user, wait=wait)
    except Refused as refused:
        counts = {(one.kind.key, one.side): one.count for one in open_counts(user, now=now)}
        figures = [
            *leak_figures(counts, before, {"value_at_risk": None, "value_unknown": 0})[:1],
            no_risk_figure(refused),
        ]
        return Leaking(figures, rows_of_leaks(counts), now)
    if found is None:
        return None
    counts = open_as_kept(found.document)
    return Leaking(leak_figures(counts, before, risk_as_kept(found.document)), rows_of_leaks(counts), found.at)


def _five(user: User, now: datetime) -> FiveNumbers | None:
    """None: they are being counted; the page has the rest."""
    if not may_be_kept(Question({}, now), user):
        return five_numbers(now=now, user=user)
    found = answer(FIVE, Question({}, now), user)
    return five_from_json(found.document, found.at) if found else None

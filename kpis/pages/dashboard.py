"""The dashboard: where both teams see the same truth about a period, and what leaks now."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from alignment.ui.navigation import kind_of
from kpis import freshness
from kpis.agreed.headlines import FiveNumbers, five_numbers
from kpis.agreed.milestones import reached_lately
from kpis.metrics.kept.freshness import late
from kpis.pages.figures_kept import from_json, read_figures
from kpis.pages.kept import kept_dashboard, kept_five
from kpis.pages.overview import asked, funnel_chart, months_chart, rows_of_leaks
from kpis.pages.periods import presets, read_period, twelve_months
from leads.models import Lead
from leads.pages.access import Signed, reading


@reading
def show(request: Signed) -> HttpResponse:
    """Key figures, funnel and leaks of the period in the address."""
    if kind_of(request.user) == "nobody":
        return render(request, "kpis/no_team.html")
    moment = now()
    today = moment.astimezone(reporting_zone()).date()
    period = read_period(request.GET, today)
    question = asked(period, moment)
    kept = kept_dashboard(period, request.user, moment)
    counted = from_json(kept.document) if kept else read_figures(question, period, today, request.user)
    leaks = rows_of_leaks(counted.leaks)
    context = {
        "period": period,
        "presets": presets(today),
        "figures": counted.figures,
        "funnel": counted.group,
        "question": question,
        "funnel_chart": funnel_chart(question, counted.group),
        "months_chart": months_chart(question, twelve_months(today), counted.months),
        "leaks": leaks,
        "most": max((row.total for row in leaks), default=0),
        "freshness": freshness.last("leaks"),
        "waiting": freshness.waiting(),
        "late": late(moment),
        "computed_at": kept.at if kept else moment,
        "kept": kept,
        "five": _five(request.user, moment) if may_read(request.user) else None,
        "milestones": reached_lately(moment) if may_read(request.user) else (),
        "has_leads": Lead.objects.visible_to(request.user).exists(),
    }
    return render(request, "kpis/dashboard.html", context)


def _five(user: User, now: datetime) -> FiveNumbers:
    return kept_five(user, now) or five_numbers(now=now, user=user)

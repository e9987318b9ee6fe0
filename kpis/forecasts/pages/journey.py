"""The page of a KPI's way to its target, and the button "are we nearly there yet?"."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from alignment.agreements.pages.access import Signed, page, reading
from alignment.clock import now
from alignment.ui.exports import Export, download, is_asked_for
from kpis.forecasts.agreed import agreed_target
from kpis.forecasts.answer import Forecast
from kpis.forecasts.journey import fan_of, points_of
from kpis.forecasts.keeping import kept_or_computed
from kpis.forecasts.pressing import asked_this_week, press
from kpis.forecasts.target import Target
from kpis.forecasts.words import answer_said, calibration_said, chance_said, value_said
from kpis.metrics.declaring import Better


@dataclass(frozen=True)
class Point:
    """A milestone on the page."""

    title: str
    value: str
    passed: bool


@reading
def show(request: Signed, key: str) -> HttpResponseBase:
    """From the start of the running period to its target."""
    moment = now()
    target = agreed_target(key, moment)
    told = kept_or_computed(target, request.user, moment)
    if is_asked_for(request):
        return download(request, _file(target, told))
    return render(request, "kpis/journey.html", {**context_of(target, told), "chart": fan_of(target, told, request.user, moment),
        "points": _points(target, told), "asked": asked_this_week(key, moment)})  # fmt: skip


@require_POST
@page
def ask(request: Signed, key: str) -> HttpResponseBase:
    """Count that somebody asked, and answer."""
    moment = now()
    target = agreed_target(key, moment)
    press(key=key, person=request.user, now=moment)
    told = kept_or_computed(target, request.user, moment)
    messages.info(request, answer_said(target, told))
    return redirect("journey", key=key)


@require_POST
@page
def ask_of_one(request: Signed) -> HttpResponseBase:
    """The same, of the KPI that the form names: for the button on the dashboard."""
    return ask(request, request.POST.get("kpi", ""))


def context_of(target: Target, told: Forecast) -> dict[str, object]:
    """What page and fragment say of a forecast."""
    return {
        "target": target,
        "told": told,
        "answer": answer_said(target, told),
        "chance": chance_said(told.chance),
        "calibration": calibration_said(told.scored),
        "value": value_said(target, told.value_now),
        "goal": value_said(target, target.value),
        "median": value_said(target, told.median),
        "low": value_said(target, told.low),
        "high": value_said(target, told.high),
        "levers": [(lever, value_said(target, lever.gain)) for lever in told.levers],
        "milestone": told.next_milestone and value_said(target, told.next_milestone.value),
    }


def _points(target: Target, told: Forecast) -> list[Point]:
    value = told.value_now
    less = target.direction is Better.DOWN
    return [
        Point(
            one.title,
            value_said(target, one.value),
            value is not None and (value <= one.value if less else value >= one.value),
        )
        for one in points_of(target)
    ]


def _file(target: Target, told: Forecast) -> Export:
    rows = [[point.day, point.low, point.median, point.high, target.value] for point in told.fan]
    return Export(f"The way to {target.title}", ["day", "low", "median", "high", "target"], rows, told.computed_at)

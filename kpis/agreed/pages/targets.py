"""Where do targets come from? From a revenue goal back, or from a budget forward; and the button that makes it the proposal."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alignment.agreements.entitlement import may_write
from alignment.agreements.pages.access import Signed, page, writing
from alignment.clock import now
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.ui.exports import Export, download, is_asked_for
from alignment.ui.undo import say_done
from kpis.agreed.proposing import begin_drafts
from kpis.agreed.targets import CUTS, Plan, plan
from kpis.agreed.wording import said
from kpis.metrics.periods import Grain, containing, period_of


class PlanForm(forms.Form):
    """A goal or a budget, and for when."""

    of = forms.ChoiceField(
        label="Begin with",
        choices=[
            ("goal", "a revenue goal, and go back to what it needs"),
            ("budget", "a budget, and go on to what it brings"),
        ],
    )
    amount = forms.DecimalField(label="How much", min_value=Decimal("0.01"), max_digits=16, decimal_places=2)
    period = forms.CharField(
        label="For when", max_length=10, help_text="A year, quarter or month, such as 2026, 2026-Q1 or 2026-04."
    )

    def clean_period(self) -> str:
        name: str = self.cleaned_data["period"].strip()
        try:
            found = period_of(name)
        except Refused as refused:
            raise forms.ValidationError(refused.detail) from refused
        if found.grain in (Grain.DAY, Grain.WEEK):
            raise forms.ValidationError("Targets are set for whole months: write a year, a quarter or a month.")
        return found.name


@require_safe
@page
def show(request: Signed) -> HttpResponseBase:
    """The form, and the arithmetic where something is asked."""
    moment = now()
    asked = PlanForm(request.GET) if "amount" in request.GET else PlanForm(initial=_usual(moment))
    found = _plan(asked, moment)
    if found is not None and is_asked_for(request):
        return download(request, _file(found, moment))
    context = {
        "form": asked,
        "plan": found,
        "currency": reporting_currency(),
        "lines": _shown(found) if found else (),
        "months": list(found.lines[-1].months) if found else (),
        "cuts": [cut for cut in CUTS if found and any(line.parts.get(cut) for line in found.lines)],
        "writes": may_write(request.user),
    }
    return render(request, "kpis/kpi_targets.html", context)


@writing
def propose(request: Signed) -> HttpResponseBase:
    """Make the plan the proposal: drafts of KPIs, to be looked at and signed as every agreement."""
    moment = now()
    asked = PlanForm(request.POST)
    found = _plan(asked, moment)
    steps = request.POST.getlist("step")
    if found is None or not steps:
        messages.error(request, "Choose at least one line, and say how much for when.")
        return redirect("kpi-targets")
    cut = request.POST.get("cut", "")
    try:
        made = begin_drafts(found, steps=steps, cut=cut if cut in CUTS else None, by=request.user, now=moment)
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("kpi-targets")
    say_done(
        request, f"{len(made)} draft{'' if len(made) == 1 else 's'} begun. Look at each, say why, then propose it."
    )
    return redirect("kpis")


def _usual(moment: datetime) -> dict[str, str]:
    """The next quarter."""
    today = moment.astimezone(reporting_zone()).date()
    return {"period": containing(Grain.QUARTER, today).next.name, "of": "goal"}


def _plan(asked: PlanForm, moment: datetime) -> Plan | None:
    if not asked.is_bound or not asked.is_valid():
        return None
    given = asked.cleaned_data
    return plan(amount=given["amount"], forward=given["of"] == "budget", period=period_of(given["period"]), now=moment)


def _shown(found: Plan) -> list[dict[str, object]]:
    """Lines as a table writes them."""
    currency = reporting_currency()
    return [
        {
            "line": line,
            "target": said(line.target, line.step.unit, currency),
            "low": said(line.range.low, line.step.unit, currency) if line.range.low is not None else "–",
            "high": said(line.range.high, line.step.unit, currency) if line.range.high is not None else "no bound",
            "rate": line.step.rate,
            "months": [said(value, line.step.unit, currency) for value in line.months.values()],
            "parts": {
                cut: [(group or "(none)", said(value, line.step.unit, currency)) for group, value in groups.items()]
                for cut, groups in line.parts.items()
            },
        }
        for line in found.lines
    ]


def _file(found: Plan, moment: datetime) -> Export:
    months = list(found.lines[-1].months)
    rows = [
        [line.step.key, line.step.title, line.target, line.range.low, line.range.high,
         line.step.rate.value if line.step.rate else None, line.step.rate.low if line.step.rate else None,
         line.step.rate.high if line.step.rate else None, *(line.months.get(month) for month in months)]
        for line in found.lines
    ]  # fmt: skip
    names = ["step", "title", "target", "low", "high", "rate", "rate_low", "rate_high", *months]
    what = "budget" if found.forward else "goal"
    return Export("Targets", names, rows, moment, [f"{what} {found.amount}", found.period.name])

"""One KPI: its value by period with targets, what was corrected, the forecast, why it changed, its milestones, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from alignment.agreements.models import Signature, Version
from alignment.agreements.pages.access import Signed, page
from alignment.clock import now
from alignment.ui.charts import Chart, Series
from alignment.ui.exports import Export, download, is_asked_for
from kpis.agreed.changes import changed
from kpis.agreed.headlines import behind
from kpis.agreed.models import MilestoneReached
from kpis.agreed.reading import InPeriod, Kpi, find_kpi, target_of
from kpis.agreed.scorecard import Row, one_row
from kpis.agreed.sentences import sentences
from kpis.agreed.standings import KeptChange, as_document, change_in
from kpis.agreed.terms import KIND
from kpis.agreed.wording import UNITS, difference_said
from kpis.metrics.declaring import Unit

FORECAST = "kpis/_forecast.html"


@dataclass(frozen=True)
class Happened:
    """Who did what about it, and when."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Effect:
    """One group's part of the change, in words."""

    group: str
    mix: str
    rate: str
    total: str


@require_safe
@page
def show(request: Signed, key: str) -> HttpResponseBase:
    """As it stands now."""
    moment = now()
    kpi = find_kpi(key, moment)
    row = one_row(kpi, now=moment, user=request.user)
    if is_asked_for(request):
        return download(request, _file(kpi, row, moment))
    change = row.change or change_in(as_document(changed(kpi.measure, now=moment, user=None)))
    version = Version.objects.select_related("agreement").get(pk=kpi.version_id)
    context = {
        "kpi": kpi,
        "row": row,
        "version": version,
        "sentences": sentences(kpi.terms),
        "chart": _chart(row),
        "lines": [_line(row, one, kpi) for one in reversed(row.periods)],
        "change": change,
        "change_said": _whole(change, row),
        "effects": [_effect(one, row) for one in change.effects] if change else (),
        "is_ratio": kpi.measure.is_ratio,
        "forecast_template": _forecast_template(),
        "kpi_key": key,
        "target": target_of(kpi, row.now.period, row.now.value.value),
        "happened": happened(kpi),
        "computed_at": moment,
    }
    return render(request, "kpis/kpi.html", context)


@dataclass(frozen=True)
class Line:
    """A period in the table."""

    one: InPeriod
    value: str
    interval: str
    target: str
    link: str


def _line(row: Row, one: InPeriod, kpi: Kpi) -> Line:
    interval = "" if one.value.low is None else f"{row.say(one.value.low)} to {row.say(one.value.high)}"
    link = "" if kpi.measure.under or kpi.measure.over.where else behind(kpi.measure.over.metric, one.period)
    return Line(one, row.say(one.value.value), interval, row.say(one.target), link)


def _chart(row: Row) -> Chart:
    def number(value: object) -> float | None:
        return None if value is None else float(str(value))

    return Chart(
        f"kpi-{row.kpi.key}",
        f"{row.kpi.terms.title} by {row.kpi.terms.grain}",
        tuple(one.period.name for one in row.periods),
        (
            Series("Value", tuple(number(one.value.value) for one in row.periods), tone=row.kpi.terms.side),
            Series("Target", tuple(number(one.target) for one in row.periods), tone="won"),
        ),
        "line",
        unit=UNITS[row.kpi.unit],
        currency=row.currency,
        first_column=row.kpi.terms.grain.capitalize(),
        height="short",
    )


def _whole(change: KeptChange | None, row: Row) -> str:
    if change is None:
        return ""
    return difference_said(change.after - change.before, row.kpi.unit, row.currency)


def _effect(effect: object, row: Row) -> Effect:
    told = dict(effect) if isinstance(effect, dict) else {}
    unit: Unit = row.kpi.unit
    mix, rate, total = (difference_said(float(told[name]), unit, row.currency) for name in ("mix", "rate", "total"))
    return Effect(str(told["group"]) if told["group"] is not None else "(none)", mix, rate, total)


def happened(kpi: Kpi) -> list[Happened]:
    """Drafted, proposed, signed, reached: the latest first."""
    versions = Version.objects.filter(agreement__kind=KIND, agreement__key=kpi.key).select_related("proposed_by")
    signed = Signature.objects.filter(version__in=versions).select_related("user", "version")
    found = [
        Happened(one.proposed_at, f"{one.proposed_by} proposed version {one.number}.")
        for one in versions
        if one.proposed_at is not None and one.proposed_by is not None
    ]
    found += [Happened(one.at, f"{one.user} signed version {one.version.number} for {one.side}.") for one in signed]
    for one in MilestoneReached.objects.filter(key=kpi.key):
        found.append(Happened(one.reached_at, f"“{one.title}” of {one.period} was reached."))
        if one.taken_back_at is not None:
            found.append(Happened(one.taken_back_at, f"Later data took “{one.title}” of {one.period} back."))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _forecast_template() -> str:
    """The fragment of forecasts, where there is one."""
    try:
        get_template(FORECAST)
    except TemplateDoesNotExist:
        return ""
    return FORECAST


def _file(kpi: Kpi, row: Row, moment: datetime) -> Export:
    names = [
        "period",
        "value",
        "over",
        "under",
        "n",
        "wilson_low",
        "wilson_high",
        "target",
        "target_so_far",
        "status",
        "closed",
    ]
    rows: Sequence[list[object]] = [
        [one.period.name, one.value.value, one.value.over, one.value.under, one.value.n, one.value.low, one.value.high,
         one.target, one.expected, one.verdict.status.value, one.closed]
        for one in row.periods
    ]  # fmt: skip
    return Export(f"KPI {kpi.terms.title}", names, rows, moment)

"""The scorecard: how the agreed KPIs stand, for both sides on one page; and what became better since we began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.entitlement import may_write
from alignment.agreements.models import Version
from alignment.agreements.pages.access import Signed, page
from alignment.clock import now
from alignment.ui.exports import Export, download, is_asked_for, to_the_second
from kpis.agreed.baseline import baseline
from kpis.agreed.milestones import latest
from kpis.agreed.scorecard import Row, scorecard
from kpis.agreed.status import TITLES
from kpis.agreed.terms import KIND

SIDES = ("marketing", "sales")


@require_safe
@page
def show(request: Signed) -> HttpResponseBase:
    """Every KPI in force, or those of one side."""
    moment = now()
    side = request.GET.get("side", "")
    side = side if side in SIDES else ""
    rows = scorecard(now=moment, user=request.user, side=side)
    if is_asked_for(request):
        return download(request, _file(rows, moment, side))
    counted = {title: sum(row.now.verdict.status == status for row in rows) for status, title in TITLES.items()}
    context = {
        "rows": rows,
        "side": side,
        "sides": SIDES,
        "counted": {title: number for title, number in counted.items() if number},
        "milestones": latest(moment, [row.kpi.key for row in rows]),
        "titles": {row.kpi.key: row.kpi.terms.title for row in rows},
        "writes": may_write(request.user),
        "drafts": Version.objects.filter(agreement__kind=KIND, step__in=("draft", "proposed")).select_related(
            "agreement"
        ),
        "computed_at": moment,
    }
    return render(request, "kpis/scorecard.html", context)


@require_safe
@page
def since_we_began(request: Signed) -> HttpResponseBase:
    """The baseline: then and now."""
    moment = now()
    found = baseline(now=moment, user=request.user)
    if is_asked_for(request):
        names = [
            "number",
            "then_first",
            "then_end",
            "then",
            "now_first",
            "now_end",
            "now",
            "change",
            "interval",
            "verdict",
        ]
        lines = (
            [one.title, f"{one.then_days.first}", f"{one.then_days.end}", one.then, f"{one.now_days.first}",
             f"{one.now_days.end}", one.now, one.change, one.interval, one.verdict]
            for one in found.numbers
        )  # fmt: skip
        return download(request, Export("Since we began", names, lines, moment))
    return render(request, "kpis/scorecard_baseline.html", {"baseline": found, "computed_at": moment})


NAMES = (
    "key", "title", "side", "owner", "unit", "period", "value", "target", "target_so_far", "status", "chance", "forecast_low",
    "forecast", "forecast_high", "next_milestone", "changed", "computed_at",
)  # fmt: skip


def _file(rows: Sequence[Row], moment: datetime, side: str) -> Export:
    return Export("KPIs", NAMES, _cells(rows), moment, [f"side {side}"] if side else [])


def _cells(rows: Sequence[Row]) -> Iterator[list[object]]:
    for row in rows:
        ahead = row.ahead
        yield [
            row.kpi.key, row.kpi.terms.title, row.kpi.terms.side, row.kpi.terms.owner or None, row.kpi.unit.value,
            row.now.period.name, row.now.value.value, row.now.target, row.now.expected, row.now.verdict.status.value,
            ahead.chance, ahead.low, ahead.median, ahead.high, row.next_said or None, row.changed or None,
            to_the_second(ahead.computed_at),
        ]  # fmt: skip

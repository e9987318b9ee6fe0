"""Which figures does a digest tell? Those of the dashboard, and what changed in the week against the one before."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from alignment.people.selectors import reporting_currency
from alignment.refusals import Refused
from kpis.agreed.headlines import five_numbers
from kpis.agreed.measures import ask
from kpis.agreed.wording import difference_said, said
from kpis.digests.content import Line
from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Better, Metric, Value
from kpis.metrics.evaluating import evaluate
from kpis.metrics.periods import Period
from leads.funnel.stage_sets import stage_set

TOLD = {
    "marketing": ("leads_created", "touches", "offers", "accepted", "rejected", "won_revenue"),
    "sales": ("offers", "accepted", "sla_contact", "opportunities", "won_deals", "won_revenue"),
    "management": ("leads_created", "accepted", "pipeline_created", "won_deals", "won_revenue", "leaks"),
}
"""By readership, what is held against the week before."""


def numbers(now: datetime) -> tuple[Line, ...]:
    """The five numbers at the top of the dashboard, as they stand there now, each with what to do about it."""
    return tuple(
        Line(f"{one.title}: {one.value}", f"{one.note}. {one.advice}", one.link)
        for one in five_numbers(now=now, user=None).numbers
    )


def changes(readers: str, week: Period, now: datetime) -> tuple[Line, ...]:
    """What happened in the week, with the difference to the one before."""
    there = catalogue(stage_set())
    keys = [key for key in TOLD[readers] if key in there]
    found, before = (_values(keys, period, now) for period in (week, week.before))
    currency = reporting_currency()
    return tuple(_line(there[key], found[key], before[key], week, currency) for key in keys)


def _values(keys: list[str], period: Period, now: datetime) -> dict[str, Value]:
    try:
        return evaluate(keys, ask(period.first_day, period.end_day, now=now))[()]
    except Refused:
        return {key: Value(None) for key in keys}


def _line(metric: Metric, found: Value, before: Value, week: Period, currency: str) -> Line:
    text = f"{metric.title}: {said(found.value, metric.unit, currency)}"
    days = urlencode({"start": f"{week.first_day}", "end": f"{week.end_day}"})
    link = f"/metrics/{metric.key}/behind/?{days}"
    if found.value is None or before.value is None:
        return Line(text, found.problem or "nothing to compare with", link)
    moved = found.value - before.value
    if not moved:
        return Line(text, "as in the week before", link)
    better = (moved > 0) == (metric.better is Better.UP)
    tone = "" if metric.better is Better.NEITHER else "good" if better else "bad"
    return Line(text, f"{difference_said(moved, metric.unit, currency)} on the week before", link, tone)

"""What do the five numbers at the top of the dashboard say now? As both sides chose them, else a stated set to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from alignment.agreements.in_force import in_force
from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.ui.curves import Sparkline
from kpis.agreed.headline_terms import DEFAULT, KIND, HeadlineTerms, Number
from kpis.agreed.kept import do_answer
from kpis.agreed.measures import Measure, of_metric
from kpis.agreed.reading import Kpi, find_kpi, values_in
from kpis.agreed.standings import stands
from kpis.agreed.status import Verdict
from kpis.agreed.wording import UNITS, said
from kpis.metrics.declaring import Value
from kpis.metrics.periods import Grain, Period, containing

SHOWN = 6
"""Months of the trend."""


@dataclass(frozen=True)
class Headline:
    """One number: of the running period so far, with the periods before. `verdict`: how the KPI stands, where it is one."""

    title: str
    value: str
    note: str
    spark: Sparkline
    advice: str
    link: str
    sentence: str
    verdict: Verdict | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class FiveNumbers:
    """`agreed`: both sides chose them; else they are the set to begin with."""

    agreed: bool
    numbers: Sequence[Headline]
    computed_at: datetime


def chosen(now: datetime) -> tuple[HeadlineTerms, bool]:
    """Which numbers, and whether that was agreed."""
    found = in_force(KIND, "default", now)
    return (found.says(HeadlineTerms), True) if found else (DEFAULT, False)


def five_numbers(*, now: datetime, user: Somebody | None) -> FiveNumbers:
    """Those that can be read: a metric that went with its stage is left out."""
    terms, agreed = chosen(now)
    currency = reporting_currency()
    answers = do_answer(now)
    numbers = [made for one in terms.numbers if (made := _headline(one, currency, now, user, answers)) is not None]
    return FiveNumbers(agreed, numbers, now)


def _headline(one: Number, currency: str, now: datetime, user: Somebody | None, answers: bool) -> Headline | None:
    try:
        return (_of_kpi if one.kpi else _of_metric)(one, currency, now, user, answers)
    except Refused:
        return None


def _of_metric(one: Number, currency: str, now: datetime, user: Somebody | None, answers: bool) -> Headline:
    measure = of_metric(one.metric)
    periods = [containing(Grain.MONTH, now.astimezone(reporting_zone()).date())]
    while len(periods) < SHOWN:
        periods.insert(0, periods[0].before)
    found = values_in(measure, periods, now=now, user=user, answers=answers)
    values = [found[period.name].value for period in periods]
    metric = measure.over_metric
    return Headline(
        metric.title,
        said(values[-1].value, measure.unit, currency),
        _note(measure, periods, values, currency),
        _spark(metric.title, measure, periods, values, currency),
        one.advice,
        one.link or behind(one.metric, periods[-1]),
        metric.sentence,
        measure=measure,
    )


def _of_kpi(one: Number, currency: str, now: datetime, user: Somebody | None, answers: bool) -> Headline:
    kpi: Kpi = find_kpi(one.kpi, now)
    found = stands([kpi], now=now, user=user, most=SHOWN, answers=answers)[0].periods
    periods, values = [found_in.period for found_in in found], [found_in.value for found_in in found]
    last = found[-1]
    target = "" if last.target is None else f"; target {said(last.target, kpi.unit, currency)}"
    return Headline(
        kpi.terms.title,
        said(last.value.value, kpi.unit, currency),
        _note(kpi.measure, periods, values, currency) + target,
        _spark(kpi.terms.title, kpi.measure, periods, values, currency),
        one.advice,
        one.link or f"/kpis/{kpi.key}/",
        kpi.terms.why or kpi.measure.over_metric.sentence,
        verdict=last.verdict,
        measure=kpi.measure,
    )


def behind(key: str, period: Period) -> str:
    """The list of what was counted."""
    days = {"start": f"{period.first_day}", "end": f"{period.end_day}"}
    return f"/metrics/{key}/behind/?{urlencode(days)}"


def _note(measure: Measure, periods: Sequence[Period], values: Sequence[Value], currency: str) -> str:
    """`2024-12 so far, likely 20.1 % to 31.0 %; 2024-11: 25.0 %`."""
    now = values[-1]
    parts = [f"{periods[-1].name} so far"]
    if now.low is not None and now.high is not None:
        parts[0] += f", {now.over:,.0f} of {now.under:,.0f}" if now.over is not None and now.under is not None else ""
        parts.append(
            f"in 95 of 100 cases {said(Decimal(now.low), measure.unit)} to {said(Decimal(now.high), measure.unit)}"
        )
    if now.problem:
        parts.append(now.problem)
    if len(values) > 1:
        parts.append(f"{periods[-2].name}: {said(values[-2].value, measure.unit, currency)}")
    return "; ".join(parts)


def _spark(
    title: str, measure: Measure, periods: Sequence[Period], values: Sequence[Value], currency: str
) -> Sparkline:
    return Sparkline(
        title,
        tuple(period.name for period in periods),
        tuple(None if value.value is None else float(value.value) for value in values),
        unit=UNITS[measure.unit],
        currency=currency,
    )

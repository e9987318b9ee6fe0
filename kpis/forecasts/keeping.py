"""What was said of a KPI today? The forecast of the day, made once and kept; pages read it, the nightly task makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from alignment.people.selectors import Somebody, reporting_zone, sees_everything
from kpis.forecasts.answer import Forecast
from kpis.forecasts.daily import days_of
from kpis.forecasts.drawing import Interval
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.parts import parts_of
from kpis.forecasts.scores import calibration
from kpis.forecasts.service import forecast
from kpis.forecasts.standing import question
from kpis.forecasts.straight import straight_line
from kpis.forecasts.target import Target
from kpis.forecasts.writing import document_of, forecast_from, question_of


def kept_or_computed(target: Target, user: Somebody | None, now: datetime) -> Forecast:
    """Today's forecast, with how earlier ones did. Who does not see everything is told of what they see, computed anew."""
    if user is not None and not sees_everything(user):
        return forecast(target, user, now)
    row = KeptForecast.objects.filter(
        key=target.key, period=target.period.name, day=_today(now), rehearsed=False, asked=question_of(target)
    ).first()
    told = forecast_from(row.said) if row is not None and now < target.period.until else keep(target, now)
    return replace(told, scored=calibration(target.key))


def keep(target: Target, now: datetime) -> Forecast:
    """Compute today's forecast and keep it. Twice on a day replaces it; what is over is not a forecast, and not kept."""
    told = forecast(target, None, now)
    if told.ended:
        return told
    line = line_of(target, now)
    with transaction.atomic():
        KeptForecast.objects.update_or_create(
            key=target.key,
            period=target.period.name,
            day=_today(now),
            rehearsed=False,
            defaults=as_row(target, told, line),
        )
    return told


def keep_all(targets: Sequence[Target], now: datetime) -> int:
    """Today's forecast of each that has none yet; how many were made."""
    made = 0
    for target in targets:  # one a KPI
        there = KeptForecast.objects.filter(
            key=target.key, period=target.period.name, day=_today(now), rehearsed=False, asked=question_of(target)
        )
        if now < target.period.until and not there.exists():
            keep(target, now)
            made += 1
    return made


def as_row(target: Target, told: Forecast, line: Interval | None) -> dict[str, object]:
    """The columns of what was said."""
    return {
        "until": target.period.until,
        "computed_at": told.computed_at,
        "asked": question_of(target),
        "low": told.low,
        "median": told.median,
        "high": told.high,
        "line_low": line and line.low,
        "line": line and line.median,
        "line_high": line and line.high,
        "said": document_of(told),
    }


def line_of(target: Target, now: datetime) -> Interval | None:
    """What the straight line says on the same occasion, of sums that can be told by the day."""
    parts = parts_of(target, question(target.over, target.period, now).stages)
    if parts is None or parts.under is not None:
        return None
    days = days_of([parts.over], target.period, None, now)[0]
    length = (target.period.end_day - target.period.first_day).days
    elapsed = (days.end - target.period.first_day).days
    if elapsed < 0:
        return None
    return straight_line(days.totals, min(elapsed, length - 1), length)


def _today(now: datetime) -> date:
    return now.astimezone(reporting_zone()).date()

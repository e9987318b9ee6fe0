"""What do we say of a KPI now? The one store of forecasts: scorecard, pages, button, API, report and command tell what is kept here.

One a KPI, period and day, which is scored later. It answers while what it was asked of is still so: the same target, the same value
by now, made not long ago. Else it is made anew in its place, by a task; who asks for the way or presses the button waits for it. Where
values change by the minute and a forecast takes seconds, it holds for a while all the same, as long as it does not contradict the value;
the value told with it is that of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import perf_counter

from celery import current_app
from django.db import transaction

from alignment.people.selectors import Somebody, reporting_zone, sees_everything
from kpis.forecasts.answer import Forecast
from kpis.forecasts.daily import days_of
from kpis.forecasts.drawing import Interval
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.parts import parts_of
from kpis.forecasts.scores import calibration
from kpis.forecasts.service import RUNS, forecast, over
from kpis.forecasts.standing import next_milestone, question, value_so_far
from kpis.forecasts.straight import straight_line
from kpis.forecasts.target import Target
from kpis.forecasts.writing import document_of, forecast_from, question_of

YOUNG = timedelta(hours=6)
"""A forecast that is older is made anew, also where nothing has changed: time has passed."""
LONG = 5.0
"""Seconds: what took longer is made anew in one part of a worker's time in `SHARE`, after an hour at the latest."""
SHARE, AT_MOST = 100, timedelta(hours=1)
QUICK = 2_000
"""Runs where somebody waits for the answer."""
TASK = "kpis.forecasts.tasks.forecast_today"


def kept_or_computed(target: Target, user: Somebody | None, now: datetime) -> Forecast:
    """What holds now, with how earlier ones did. Who does not see everything is told of what they see, computed anew."""
    if user is not None and not sees_everything(user):
        return forecast(replace(target, so_far=None), user, now)
    asked = _as_of_now(target, now)
    told = kept(asked, now) or keep(asked, now, runs=QUICK)
    return replace(told, scored=calibration(target.key))


def kept(target: Target, now: datetime) -> Forecast | None:
    """What is kept, where it still holds; `target` brings its value so far, else it is read."""
    asked = _as_of_now(target, now)
    return kept_many([asked], now).get(asked.key)


def kept_many(targets: Sequence[Target], now: datetime) -> Mapping[str, Forecast]:
    """By key, in one statement: of those whose kept forecast still holds. Each target brings its value so far, and is what came of it
    where its period is over.
    """
    rows = KeptForecast.objects.filter(
        key__in=[target.key for target in targets], day=_today(now), rehearsed=False, computed_at__lte=now
    )
    there = {(row.key, row.period): row for row in rows}
    found = {}
    for target in targets:
        row = there.get((target.key, target.period.name))
        if now >= target.period.until:
            found[target.key] = over(target, target.so_far, now)
        elif row is not None and _is_still_so(row, target, now):
            found[target.key] = replace(forecast_from(row.said), value_now=target.so_far)
    return found


def _is_still_so(row: KeptForecast, target: Target, now: datetime) -> bool:
    age = now - row.computed_at
    if row.asked != question_of(target) or age > YOUNG:
        return False
    told = forecast_from(row.said)
    if told.value_now == target.so_far:
        return True
    holds = row.seconds > LONG and age <= min(timedelta(seconds=SHARE * row.seconds), AT_MOST)
    return holds and _is_as_expected(told, target)


def _is_as_expected(told: Forecast, target: Target) -> bool:
    """Whether what came meanwhile stays short of what is expected, or within it, and has passed neither milestone nor target."""
    if told.value_now is None or target.so_far is None or told.low is None or told.high is None:
        return False
    if next_milestone(target, target.so_far) != told.next_milestone:
        return False
    value = float(target.so_far)
    return value <= told.low if float(told.value_now) <= told.low else told.low <= value <= told.high


def ask_soon() -> None:
    """Have what holds no more made anew; it will be there in a minute."""
    transaction.on_commit(lambda: current_app.send_task(TASK), robust=True)


def keep(target: Target, now: datetime, *, runs: int = RUNS) -> Forecast:
    """Compute today's forecast and keep it. Twice on a day replaces it; what is over is not a forecast, and not kept."""
    began = perf_counter()
    told = forecast(target, None, now, runs=runs)
    if told.ended:
        return told
    line = line_of(target, now)
    row = as_row(target, told, line) | {"seconds": perf_counter() - began}
    with transaction.atomic():
        KeptForecast.objects.update_or_create(
            key=target.key,
            period=target.period.name,
            day=_today(now),
            rehearsed=False,
            defaults=row,
        )
    return told


def keep_all(targets: Sequence[Target], now: datetime) -> int:
    """Make anew what holds no more; how many were made."""
    asked = [_as_of_now(target, now) for target in targets if now < target.period.until]
    there = kept_many(asked, now)
    missing = [target for target in asked if target.key not in there]
    for target in missing:  # one a KPI
        keep(target, now)
    return len(missing)


def _as_of_now(target: Target, now: datetime) -> Target:
    return target if target.so_far is not None else replace(target, so_far=value_so_far(target, None, now))


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

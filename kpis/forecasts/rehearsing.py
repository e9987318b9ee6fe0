"""How would the method have done on our own history? Forecasts made anew at days of past periods, from what had happened by then.

Oldest first: how wide an interval is, is learnt from those of periods that were over before (`kpis.forecasts.widening`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kpis.forecasts.keeping import as_row, line_of
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.service import forecast
from kpis.forecasts.standing import value_so_far
from kpis.forecasts.target import Target
from kpis.metrics.periods import GRACE, Period, containing

RUNS = 1000
BACK = 12
PLACES = (0.0, 1 / 3, 2 / 3)
A_NIGHT = 40


def rehearse(targets: Sequence[Target], now: datetime) -> int:
    """Some of what is missing of the last twelve periods of each, at their beginning and after one and two thirds; how many."""
    made = 0
    for target in targets:  # one a KPI
        if not isinstance(target.period, Period):
            continue
        for period in _past(target.period):
            made += _rehearse_one(replace(target, period=period, so_far=None), now)
            if made >= A_NIGHT:
                return made
    return made


def _past(period: Period) -> list[Period]:
    found = []
    for _nth in range(BACK):
        period = containing(period.grain, period.before.first_day, period.zone)
        found.append(period)
    return found[::-1]


def _rehearse_one(target: Target, now: datetime) -> int:
    if now < target.period.until + GRACE:
        return 0
    days = (target.period.end_day - target.period.first_day).days
    said = set(
        KeptForecast.objects.filter(key=target.key, period=target.period.name, rehearsed=True).values_list(
            "day", flat=True
        )
    )
    made = 0
    for place in PLACES:
        day = target.period.first_day + timedelta(days=int(days * place))
        if day not in said:
            origin = target.period.since + timedelta(days=int(days * place)) - timedelta.resolution
            told = forecast(target, None, origin, runs=RUNS, levers=False)
            came = value_so_far(target, None, now)
            KeptForecast.objects.update_or_create(
                key=target.key,
                period=target.period.name,
                day=day,
                rehearsed=True,
                defaults={
                    **as_row(target, told, line_of(target, origin + timedelta.resolution)),
                    "came": None if came is None else float(came),
                    "scored_at": now,
                },
            )
            made += 1
    return made

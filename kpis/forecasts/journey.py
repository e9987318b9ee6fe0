"""The way from the start of a period to its target, day by day: what was, what may come, and the points on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from alignment.people.selectors import Somebody, reporting_currency
from alignment.ui.curves import Fan, Mark
from kpis.agreed.wording import UNITS
from kpis.forecasts.answer import Forecast
from kpis.forecasts.daily import days_of
from kpis.forecasts.parts import Parts, parts_of
from kpis.forecasts.standing import question
from kpis.forecasts.target import Milestone, Target
from kpis.metrics.declaring import Better, Unit

CASTLE = "The castle"


def points_of(target: Target) -> list[Milestone]:
    """Milestones and the target, in the order in which they are passed; the last one before the target is the castle."""
    points = sorted(target.milestones, key=lambda one: one.value, reverse=target.direction is Better.DOWN)
    if points and target.value is not None:
        last = points[-1]
        if CASTLE.lower() not in last.title.lower():
            points[-1] = Milestone(f"{CASTLE}: {last.title}", last.value)
    return points + ([Milestone("The target", target.value)] if target.value is not None else [])


def fan_of(target: Target, told: Forecast, user: Somebody | None, now: datetime) -> Fan:
    """The chart: the value by the end of each day of the period, then the forecast's fan."""
    first, end = target.period.first_day, target.period.end_day
    today = min(now.astimezone(target.period.zone).date(), end - timedelta(days=1))
    ahead = {point.day: point for point in told.fan}
    ahead.pop(today, None)
    before = [first + timedelta(days=n) for n in range(max((today - first).days + 1, 0))]
    shown = [*_thinned(before), *sorted(day for day in ahead if day > today)]
    so_far = _so_far(target, user, now, [day for day in shown if day <= today])
    value = None if told.value_now is None else float(told.value_now)
    if today in so_far:
        so_far[today] = value
    joint = today if told.fan else None

    def columns(name: str) -> tuple[float | None, ...]:
        return tuple(getattr(ahead[day], name) if day in ahead else value if day == joint else None for day in shown)

    goal = None if target.value is None else float(target.value)
    marks = tuple(
        Mark(point.title, float(point.value), value is not None and _passed(target, value, point))
        for point in points_of(target)[: -1 if goal is not None else None]
    )
    return Fan(
        f"journey-{target.key}",
        f"{target.title}: the way to the target",
        tuple(f"{day}" for day in shown),
        tuple(so_far.get(day) for day in shown),
        columns("median"),
        columns("low"),
        columns("high"),
        target=() if goal is None else (goal,) * len(shown),
        marks=marks,
        unit=UNITS[target.unit],
        currency=reporting_currency() if target.unit is Unit.MONEY else "",
    )


def _passed(target: Target, value: float, point: Milestone) -> bool:
    return value <= float(point.value) if target.direction is Better.DOWN else value >= float(point.value)


def _thinned(days: Sequence[date], most: int = 92) -> list[date]:
    """Every day, or of a long period so many, the last among them."""
    step = -(-len(days) // most) or 1
    return [day for at, day in enumerate(reversed(days)) if at % step == 0][::-1]


def _so_far(target: Target, user: Somebody | None, now: datetime, days: Sequence[date]) -> dict[date, float | None]:
    """The value by the end of each of these days, as known now."""
    parts = parts_of(target, question(target.over, target.period, now).stages)
    if parts is None or not days:
        return {days[-1]: None} if days else {}
    read = days_of(parts.all, target.period, user, now)
    by_day = [[one.between(target.period.first_day, day + timedelta(days=1)) for one in read] for day in days]
    return {day: _value(parts, sums) for day, sums in zip(days, by_day, strict=True)}


def _value(parts: Parts, sums: list[float]) -> float | None:
    over = sums[0] - sums[1] if parts.minus is not None else sums[0]
    if parts.under is None:
        return over
    return over / sums[-1] if sums[-1] else None

"""Where are we with a target? Its value now, read live, and which milestone comes next."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from alignment.people.selectors import Somebody
from kpis.forecasts.target import Measured, Milestone, Stretch, Target
from kpis.metrics.declaring import Better, Value
from kpis.metrics.evaluating import evaluate
from kpis.reports.params import ReportParams
from leads.funnel.stage_sets import stage_set


def question(measured: Measured, period: Stretch, now: datetime) -> ReportParams:
    """What is asked of the engine: this metric in this period, as of now."""
    stages = stage_set(at=now)
    return ReportParams(
        start=period.since,
        end=period.until,
        start_text=period.first_day.isoformat(),
        end_text=period.end_day.isoformat(),
        zone=period.zone,
        as_of=now,
        known_at=None,
        computed_at=now,
        stages=stages,
        start_stage=stages.forward[0].key,
        where=measured.where,
    )


def value_of(measured: Measured, period: Stretch, user: Somebody | None, now: datetime) -> Value:
    """The metric's value of what has happened by now."""
    return evaluate([measured.metric], question(measured, period, now), user)[()][measured.metric]


def value_so_far(target: Target, user: Somebody | None, now: datetime) -> Decimal | None:
    """As the target brings it, else read."""
    if target.so_far is not None:
        return target.so_far
    over = value_of(target.over, target.period, user, now).value
    if target.under is None or over is None:
        return over
    under = value_of(target.under, target.period, user, now).value
    return over / under if under else None


def next_milestone(target: Target, value: Decimal | None) -> Milestone | None:
    """The nearest that is not reached; the target itself is the last one."""
    if value is None:
        return None
    way = list(target.milestones)
    if target.value is not None:
        way.append(Milestone("The target", target.value))
    if target.direction is Better.DOWN:
        return max((one for one in way if one.value < value), key=lambda one: one.value, default=None)
    return min((one for one in way if one.value > value), key=lambda one: one.value, default=None)


def is_met(target: Target, value: float | Decimal) -> bool:
    """Whether a value is at the target or beyond."""
    if target.value is None:
        return False
    goal = float(target.value)
    return float(value) <= goal if target.direction is Better.DOWN else float(value) >= goal

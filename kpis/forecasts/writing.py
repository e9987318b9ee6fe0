"""How is a forecast written down, and read again? As JSON, for the store and the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kpis.forecasts.answer import FanPoint, Forecast, Lever
from kpis.forecasts.target import Measured, Milestone, Span, Target, span
from kpis.metrics.declaring import Better

Document = dict[str, Any]


def question_of(target: Target) -> str:
    """What was asked, all of it: another target, period or filter is another question."""
    parts = [
        None if part is None else [part.metric, sorted(map(list, part.where))] for part in (target.over, target.under)
    ]
    value = None if target.value is None else f"{target.value:f}"
    points = [[one.title, f"{one.value:f}"] for one in target.milestones]
    days = [f"{target.period.first_day}", f"{target.period.end_day}"]
    return json.dumps([*parts, *days, value, target.direction.value, points], ensure_ascii=False)


def target_from(key: str, question: str) -> Target:
    """The question again, for scoring what was said."""
    over, under, first, end, value, direction, points = json.loads(question)
    measured = [
        None if one is None else Measured(one[0], tuple((cut, is_) for cut, is_ in one[1])) for one in (over, under)
    ]
    period: Span = span(date.fromisoformat(first), date.fromisoformat(end))
    if measured[0] is None:
        raise ValueError(question)
    return Target(
        key=key,
        title=key,
        over=measured[0],
        under=measured[1],
        period=period,
        value=None if value is None else Decimal(value),
        direction=Better(direction),
        milestones=tuple(Milestone(title, Decimal(at)) for title, at in points),
    )


def document_of(told: Forecast) -> Document:
    """Plain JSON; amounts as texts."""
    return {
        "value_now": None if told.value_now is None else f"{told.value_now:f}",
        "median": told.median,
        "low": told.low,
        "high": told.high,
        "chance": told.chance,
        "expected_date": told.expected_date and f"{told.expected_date}",
        "next_milestone": told.next_milestone
        and {"title": told.next_milestone.title, "value": f"{told.next_milestone.value:f}"},
        "levers": [asdict(lever) for lever in told.levers],
        "fan": [{**asdict(point), "day": f"{point.day}"} for point in told.fan],
        "method": told.method,
        "computed_at": told.computed_at.isoformat(),
        "built_from": dict(told.built_from),
        "problem": told.problem,
        "ended": told.ended,
    }


def forecast_from(said: Mapping[str, Any]) -> Forecast:
    """What was written."""
    milestone = said["next_milestone"]
    return Forecast(
        value_now=None if said["value_now"] is None else Decimal(said["value_now"]),
        median=said["median"],
        low=said["low"],
        high=said["high"],
        chance=said["chance"],
        expected_date=date.fromisoformat(said["expected_date"]) if said["expected_date"] else None,
        next_milestone=Milestone(milestone["title"], Decimal(milestone["value"])) if milestone else None,
        levers=tuple(Lever(**lever) for lever in said["levers"]),
        fan=tuple(FanPoint(**{**point, "day": date.fromisoformat(point["day"])}) for point in said["fan"]),
        method=said["method"],
        computed_at=datetime.fromisoformat(said["computed_at"]),
        built_from=said["built_from"],
        problem=said["problem"],
        ended=said["ended"],
    )

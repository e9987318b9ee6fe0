"""How good were the forecasts? Each is scored when its period is over and closed; the sum of it is shown beside the next one."""

from __future__ import annotations

from datetime import datetime

from kpis.forecasts.answer import Calibration
from kpis.forecasts.drawing import Interval
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.standing import value_so_far
from kpis.forecasts.straight import pinball
from kpis.forecasts.writing import target_from
from kpis.metrics.periods import GRACE

AT_ONCE = 500


def score_due(now: datetime) -> int:
    """Note what came of the forecasts whose period is over for a week; how many."""
    due = KeptForecast.objects.filter(scored_at=None, until__lte=now - GRACE).order_by("until", "id")[:AT_ONCE]
    came: dict[tuple[str, str], float | None] = {}
    for row in due:  # one a KPI and day
        if (row.key, row.asked) not in came:
            value = value_so_far(target_from(row.key, row.asked), None, now)
            came[row.key, row.asked] = None if value is None else float(value)
        KeptForecast.objects.filter(pk=row.pk, scored_at=None).update(came=came[row.key, row.asked], scored_at=now)
    return len(due)


def calibration(key: str) -> Calibration | None:
    """Of all scored forecasts of a KPI, made on the day or rehearsed; None while there is none."""
    rows = [
        row
        for row in KeptForecast.objects.filter(key=key, scored_at__isnull=False).only(
            "day", "low", "median", "high", "line_low", "line", "line_high", "came"
        )
        if row.came is not None and row.low is not None and row.line is not None
    ]
    if not rows:
        return None
    held = sum(row.low <= row.came <= row.high for row in rows)  # type: ignore[operator]
    return Calibration(
        n=len(rows),
        held=held,
        loss=_mean_loss([(row.came, row.low, row.median, row.high) for row in rows]),
        straight_loss=_mean_loss([(row.came, row.line_low, row.line, row.line_high) for row in rows]),
        origins=len({row.day for row in rows}),
    )


def _mean_loss(said: list[tuple[float | None, float | None, float | None, float | None]]) -> float:
    return sum(
        pinball(came or 0.0, Interval(low or 0.0, median or 0.0, high or 0.0)) for came, low, median, high in said
    ) / len(said)

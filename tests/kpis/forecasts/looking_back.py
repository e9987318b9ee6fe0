"""Forecasts made at past origins from what had happened by then, beside the straight line and what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from scipy.stats import binomtest  # type: ignore[import-untyped]

from kpis.forecasts.daily import Days, days_of
from kpis.forecasts.drawing import Interval
from kpis.forecasts.service import forecast
from kpis.forecasts.straight import pinball, straight_line
from kpis.forecasts.target import Measured, Span, Target
from kpis.forecasts.widening import Rehearsed, width_from
from kpis.metrics.periods import GRACE


@dataclass(frozen=True)
class Occasion:
    """One forecast: what it said, how much wider than simulated, what the line said, what came of the period that was over at `until`."""

    origin: date
    target: str
    said: Interval
    line: Interval
    actual: float
    width: float
    until: datetime

    @property
    def held(self) -> bool:
        return self.said.low <= self.actual <= self.said.high

    @property
    def scale(self) -> float:
        """Losses are in units of what came, so that deals and money can be put together."""
        return max(self.actual, 1.0)


def look_back(
    asked: Sequence[Measured],
    first: date,
    origins: int,
    *,
    length: int,
    elapsed: int,
    every: int,
    runs: int = 300,
    past: Sequence[Occasion] = (),
) -> list[Occasion]:
    """So many origins, each `elapsed` days into a period of `length` days; they begin `every` days apart.

    Intervals are as wide as earlier occasions of the company show, these or those in `past`, of periods closed by the origin.
    """
    found: list[Occasion] = []
    came = _what_came(asked, Span(first, first + timedelta(days=every * (origins - 1) + length), zone=ZoneInfo("UTC")))
    for number in range(origins):
        start = first + timedelta(days=every * number)
        period = Span(start, start + timedelta(days=length), zone=ZoneInfo("UTC"))
        origin = start + timedelta(days=elapsed)
        now = datetime(origin.year, origin.month, origin.day, tzinfo=UTC) - timedelta(microseconds=1)
        width = width_from(
            Rehearsed(one.said, one.width, one.actual) for one in (*past, *found) if one.until + GRACE <= now
        )
        for measured in asked:
            told = forecast(_target(measured, period), None, now, runs=runs, levers=False, width=width)
            if told.median is None or told.low is None or told.high is None:
                continue
            days = came[measured]
            line = straight_line(days.totals[: max((origin - days.first).days, 0)], elapsed, length)
            if line is not None:
                actual = days.between(period.first_day, period.end_day)
                said = Interval(told.low, told.median, told.high)
                found.append(Occasion(origin, f"{measured}", said, line, actual, width, period.until))
    return found


def _what_came(asked: Sequence[Measured], whole: Span) -> dict[Measured, Days]:
    """Day by day up to the end of all periods, read once for every origin: what had come by one is what lies before it."""
    return {measured: days_of([measured], whole, None, whole.until)[0] for measured in asked}


def _target(measured: Measured, period: Span) -> Target:
    return Target(key="looking-back", title="", over=measured, period=period, value=Decimal(1))


@dataclass(frozen=True)
class Verdict:
    """How calibrated forecasts are. `effective` is n ÷ the design effect of origins: forecasts of one day share their luck."""

    n: int
    share: float
    effective: int
    p: float
    loss: float
    line_loss: float


def judge(occasions: Sequence[Occasion]) -> Verdict:
    """A binomial test of 80 % on the effective number; the design effect is the cluster-robust variance of the share, by origin,
    over that of independent ones, and at least 1.
    """
    n = len(occasions)
    by_origin: dict[Any, list[float]] = defaultdict(list)
    for one in occasions:
        by_origin[one.origin].append(one.held - 0.8)
    share = sum(one.held for one in occasions) / n
    robust = sum(sum(errors) ** 2 for errors in by_origin.values()) / n**2
    effect = max(1.0, robust / (0.16 / n))
    effective = max(round(n / effect), 1)
    p = float(binomtest(round(share * effective), effective, 0.8).pvalue)
    loss = float(np.mean([pinball(one.actual, one.said) / one.scale for one in occasions]))
    line_loss = float(np.mean([pinball(one.actual, one.line) / one.scale for one in occasions]))
    return Verdict(n, share, effective, p, loss, line_loss)

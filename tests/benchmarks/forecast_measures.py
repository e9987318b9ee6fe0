"""Forecasts: where a quarter will end

Ten thousand runs each, from who is on the way now, with levers: deals won, what they are worth, and leads that get as far as the
third stage. History is read whole, so it grows with the company. Drawing hangs on segments, states and days, not on how many there are:
3.5 s of CPU for deals won at 10,000 leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (10_000, 100_000, 1_000_000)
WHY = {
    "forecast_revenue": "history is read whole, here with its amounts, by one process; deals won, without amounts, stay within.",
}


def measure(bench: Bench) -> Iterator[Figure]:
    """Of the quarter that the base's end lies in; reads only."""
    from alignment.people.selectors import reporting_zone
    from kpis.forecasts.service import RUNS, forecast
    from kpis.forecasts.target import Measured, Span, Target
    from leads.funnel.stage_sets import stage_set

    quarter = Span(date(2026, 10, 1), date(2027, 1, 1), reporting_zone())
    third = stage_set(at=bench.now).forward[2]
    for name, metric, title in (
        ("won", "won_deals", "deals won"),
        ("revenue", "won_revenue", "won revenue"),
        ("stage", f"reached.{third.key}", f"leads that reach {third.title}"),
    ):
        target = Target(key="bench", title=title, over=Measured(metric), period=quarter, value=Decimal(1_000_000))
        run = bench.best(lambda target=target: forecast(target, None, bench.now))  # type: ignore[misc]
        if run.found.median is None:
            raise SystemExit(f"There is no forecast of {title}: {run.found.problem}")
        yield Figure(
            f"forecast_{name}",
            f"{RUNS:,} runs: {title}",
            run.seconds,
            "s",
            target=5.0,
            cpu=run.cpu,
            size=f"{run.found.built_from['on_the_way']:,} on the way",
        )

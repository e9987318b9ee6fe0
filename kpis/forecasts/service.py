"""Are we nearly there yet? The one door to forecasts: scorecard, pages, the report and the nightly task ask here."""

from __future__ import annotations

from datetime import datetime

from alignment.people.selectors import Somebody
from kpis.forecasts.answer import Forecast
from kpis.forecasts.standing import is_met, next_milestone, value_so_far
from kpis.forecasts.target import Target
from kpis.snapshot import one_snapshot

ENDED = "The period is over: this is what came."


@one_snapshot()
def forecast(target: Target, user: Somebody | None, now: datetime) -> Forecast:
    """Where the target will end, of what `user` may see (None: everything), from what has happened by `now`."""
    value = value_so_far(target, user, now)
    ahead = next_milestone(target, value)
    if now >= target.period.until:
        end = None if value is None else float(value)
        return Forecast(
            value_now=value,
            median=end,
            low=end,
            high=end,
            chance=None if end is None or target.value is None else float(is_met(target, end)),
            next_milestone=ahead,
            method=ENDED,
            computed_at=now,
            built_from={},
            ended=True,
        )
    return Forecast(
        value_now=value,
        next_milestone=ahead,
        method="No forecast is made yet.",
        computed_at=now,
        built_from={},
        problem="There is no forecast for this metric yet.",
    )

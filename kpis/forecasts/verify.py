"""Do the kept forecasts say the same in their columns as in their whole answer, and did the same come of the same question?

What was said on a day is what people saw, and is not said again: it is held against itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kpis.forecasts.models import KeptForecast
from kpis.forecasts.writing import forecast_from
from kpis.verify.compare import Finding

TABLE = "forecasts"


def findings() -> Iterator[Finding]:
    """One comparison a kept forecast."""
    came: dict[tuple[str, str, datetime], float | None] = {}
    for row in KeptForecast.objects.order_by("pk").iterator():
        said = forecast_from(row.said)
        first = came.setdefault((row.key, row.asked, row.scored_at), row.came) if row.scored_at else None
        yield Finding(
            TABLE,
            (row.low, row.median, row.high, row.computed_at, row.came),
            (said.low, said.median, said.high, said.computed_at, first),
        )

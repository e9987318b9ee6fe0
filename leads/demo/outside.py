"""What do other systems of the demo company count by the day? Visits of its site, clicks on its adverts: as outside series."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random

from alignment.programs.rows import SeriesRow
from alignment.programs.save import save_series
from leads.demo import cast
from leads.demo.days import DAY
from leads.demo.recording import all_in

DAYS = 400
BY_DAY = {"page_views": 900, "organic_sessions": 210, "clicks": 85}
"""How many there are on a usual day of the week."""
SOURCES = {"organic_sessions": ("organic search", "search"), "clicks": ("paid search", "search")}


def save_outside_numbers(seed: str, end: datetime) -> None:
    """Each day of more than a year up to the end, in the seasons of the business."""
    random = Random(f"{seed}:outside")  # noqa: S311  made-up data
    rows = []
    for back in range(DAYS, 0, -1):
        day = end - back * DAY
        season = cast.MONTH_WEIGHT[day.month - 1] * (0.35 if day.weekday() >= 5 else 1.0) * (1 - back / DAYS / 3)
        for metric, usual in BY_DAY.items():
            source, channel = SOURCES.get(metric, (None, None))
            rows.append(
                SeriesRow(
                    metric=metric,
                    date=day.date(),
                    value=Decimal(round(usual * season * random.uniform(0.85, 1.15))),
                    campaign=cast.campaign(source, day),
                    channel=channel,
                    source=source,
                )
            )
    all_in(save_series(rows, now=end, actor_id=None))

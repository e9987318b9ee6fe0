"""What was spent each day, on what? The only reader of spend by day; figures take `SPEND_BY_DAY` as a part of their query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import orjson
from django.db import connection

from alignment.money import DEFAULT_MINOR_UNITS, MINOR_UNITS
from alignment.programs.queries.days import SPEND_BY_DAY

__all__ = ["SPEND_BY_DAY", "DaySpend", "spend_by_day", "spend_values"]


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What one entry of spend comes to on one day, in its own currency."""

    spend_id: int
    day: date
    campaign_id: int | None
    channel: str | None
    source: str | None
    currency: str
    amount: Decimal


def spend_values(start: date | None = None, end: date | None = None) -> dict[str, date | str | int | None]:
    """The parameters of `SPEND_BY_DAY` for the days from `start` to before `end`; None: no border."""
    places = orjson.dumps(MINOR_UNITS).decode()
    return {"spend_start": start, "spend_end": end, "spend_places": places,
            "spend_usual_places": DEFAULT_MINOR_UNITS}  # fmt: skip


def spend_by_day(start: date | None = None, end: date | None = None) -> Iterator[DaySpend]:
    """Every entry's amount on each day from `start` to before `end`, by day and entry."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({SPEND_BY_DAY}) AS d ORDER BY day, id", spend_values(start, end))  # noqa: S608
        for spend_id, day, campaign_id, channel, source, currency, amount in cursor.fetchall():
            yield DaySpend(spend_id, day, campaign_id, channel, source, currency, amount)

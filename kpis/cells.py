"""How far did the leads of each day come? Counted beforehand for the dashboard, and kept right for the leads touched.

What a lead adds is kept beside the cells, so that a lead whose day, source or progress changed, or that is gone, leaves the
cell it was in.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from alignment.people.selectors import reporting_zone
from kpis.freshness import last, note
from kpis.models import FunnelCell
from kpis.queries import cells
from leads.lifecycle.waiting import nobody_waits


def refresh(lead_ids: list[int]) -> None:
    """Count anew the days that these leads left or came into. The caller holds a transaction and the leads' locks."""
    cells.lock()
    days = cells.place(lead_ids, reporting_zone().key)
    if days:
        cells.count(days)


@transaction.atomic
def rebuild(*, now: datetime) -> None:
    """Count everything anew."""
    cells.lock()
    zone = reporting_zone().key
    cells.place(None, zone)
    cells.count(None)
    note("cells", now, timezone=zone)


def rebuild_if_days_moved(*, now: datetime) -> None:
    """Days are of the reporting zone: where that is another one by now, every lead's day may be too."""
    noted = last("cells")
    if noted is None or noted.detail.get("timezone") != reporting_zone().key:
        rebuild(now=now)


def are_fresh() -> bool:
    """Whether no lead waits and the days are those of the reporting zone: then the cells say what the logs say."""
    noted = last("cells")
    return noted is not None and noted.detail.get("timezone") == reporting_zone().key and nobody_waits()


def arrivals_by_month(first: date, end: date) -> dict[str | None, int]:
    """How many leads came in, in the days of [first, end), by month (`2024-01`); months without any are left out."""
    rows = (
        FunnelCell.objects.filter(day__gte=first, day__lt=end, position=1)
        .annotate(month=TruncMonth("day"))
        .values_list("month")
        .annotate(Sum("reached"))
        .order_by("month")
    )
    return {f"{month:%Y-%m}": reached for month, reached in rows}

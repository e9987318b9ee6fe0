"""How far did the leads of each cohort come? Counted beforehand, and kept right by what changes about the leads touched.

What a lead adds is kept beside the cells, so that a lead whose day, holder or progress changed, or that is gone, leaves the
cells it was in.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.people.selectors import reporting_zone
from alignment.ranges import in_ranges
from kpis.freshness import last, note
from kpis.queries import cells, queue

COMPARED = 50_000
"""Leads whose places are looked at together."""


def refresh(lead_ids: list[int]) -> None:
    """Let these leads leave the cells they were in, and come into those they belong to. The caller holds the turn of recomputing."""
    cells.move(lead_ids, reporting_zone().key)


def rebuild(*, now: datetime) -> None:
    """Place and count everything anew. Who recomputes leads waits while it is counted, and nobody else does.

    Places are looked at without the turn: whoever moves meanwhile is placed by that, as everybody who waits is.
    """
    zone = reporting_zone().key
    otherwise: list[int] = []
    in_ranges(
        lambda first, end: otherwise.extend(cells.placed_otherwise(first, end, zone)),
        last=cells.last_lead(),
        size=COMPARED,
    )
    with transaction.atomic():
        queue.await_turn()
        for first in range(0, len(otherwise), COMPARED):
            cells.place(otherwise[first : first + COMPARED], zone)
        cells.count_anew()
        note("cells", now, timezone=zone)


def rebuild_if_days_moved(*, now: datetime) -> None:
    """Days are of the reporting zone: where that is another one by now, every lead's day may be too."""
    if counted_at() is None:
        rebuild(now=now)


def counted_at() -> datetime | None:
    """When the leads that waited were last counted; None where nothing is, or by days of another zone than the reporting one."""
    noted = last("cells")
    return None if noted is None or noted.detail.get("timezone") != reporting_zone().key else noted.at

"""How fresh is what is shown? When each thing was last brought up to date, and when a worker was last seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from kpis.models import Freshness
from leads.lifecycle import waiting as queue

WORKER_SEEN_WITHIN = timedelta(seconds=60)
FIGURES_WORKER = "figures worker"
FIGURES_WORKER_SEEN_WITHIN = timedelta(minutes=15)
"""It does one job after the other, and some take minutes."""


def note(what: str, at: datetime, **detail: object) -> None:
    """Say that `what` is up to date as of `at`."""
    row = Freshness(what=what, at=at, detail=detail)
    Freshness.objects.bulk_create([row], update_conflicts=True, unique_fields=["what"], update_fields=["at", "detail"])


def last(what: str) -> Freshness | None:
    """When `what` was last up to date, if ever."""
    return Freshness.objects.filter(what=what).first()


def worker_is_alive(now: datetime) -> bool:
    """Whether a worker has done something within the last minute."""
    seen = last("worker")
    return seen is not None and now - seen.at <= WORKER_SEEN_WITHIN


def figures_worker_is_alive(now: datetime) -> bool:
    """Whether a worker took something from the queue of what pages wait for, lately."""
    seen = last(FIGURES_WORKER)
    return seen is not None and now - seen.at <= FIGURES_WORKER_SEEN_WITHIN


def waiting() -> int:
    """How many marks wait to be worked off, or to be written first."""
    return queue.waiting()

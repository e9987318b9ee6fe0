"""What Celery hurries: each task fetches nothing and calls the service; running it twice, late or never harms nothing."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis import recompute
from kpis.freshness import FIGURES_WORKER, note


@shared_task
def note_worker() -> None:
    """Say that a worker is there."""
    note("worker", now())


@shared_task
def note_figures_worker() -> None:
    """Say that a worker takes what pages wait for."""
    note(FIGURES_WORKER, now())


@shared_task
def recompute_touched() -> None:
    """Work off the queue of touched leads."""
    recompute.recompute_touched(now=now())


@shared_task
def recompute_everything() -> None:
    """Build everything derived anew."""
    recompute.recompute_everything(now=now())

"""What Celery hurries of KPIs: running it twice, late or never harms nothing."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from alignment.pacing import paced
from kpis.agreed import milestones, standings


@shared_task
@paced
def tick_off_milestones() -> None:
    """Note what was reached since."""
    milestones.tick_off(now())


@shared_task
@paced
def look_at_kpis() -> None:
    """Compute forecasts and explanations anew."""
    standings.refresh(now())

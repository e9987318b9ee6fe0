"""What Celery hurries for handoffs: leads that wait to be routed, and what is due on clocks."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.handoffs import sweeping
from leads.handoffs.routing import job


@shared_task
def route() -> None:
    """Hand over the leads that wait."""
    job.route_waiting(now=now)


@shared_task
def sweep() -> None:
    """Remind, escalate, let offers run out and holds end."""
    sweeping.sweep(now=now)

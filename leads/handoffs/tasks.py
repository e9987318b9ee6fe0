"""What Celery hurries for handoffs: leads that wait to be routed."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.handoffs.routing import job


@shared_task
def route() -> None:
    """Hand over the leads that wait."""
    job.route_waiting(now=now)

"""What Celery hurries: counting everything anew where there is a reason to, and reading the periods of computed metrics that are due."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.attribution import keeping
from kpis.metrics.kept import computing, counting


@shared_task
def follow_basis() -> None:
    """Count everything anew, if what it rests on is another by now, and all is credited by it."""
    moment = now()
    if keeping.is_of_these_terms(moment):
        counting.follow_basis(now=moment, wait=False)


@shared_task
def compute_due() -> None:
    """Read what is due, for less than a minute."""
    computing.work_off(now=now())

"""What Celery hurries: crediting everything anew where the terms, the currency or much else changed."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.attribution import keeping


@shared_task
def follow_terms() -> None:
    """Credit everything anew, if there is a reason to."""
    keeping.follow_terms(now=now())

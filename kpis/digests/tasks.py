"""What Celery hurries for digests."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.digests import keeping


@shared_task
def write_due() -> None:
    """Write the digest of last week once Monday has begun to work, and have it sent."""
    keeping.write_due(now())

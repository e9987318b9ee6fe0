"""What Celery hurries: reading beforehand what the pages of a large company show."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.pages.kept import keep_due


@shared_task
def keep_pages() -> None:
    """Renew what is due."""
    keep_due(now=now())

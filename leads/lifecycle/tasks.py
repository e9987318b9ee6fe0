"""What Celery hurries for the log of stages: bringing what is kept of leads to the funnel in force."""

from __future__ import annotations

from celery import shared_task

from leads.lifecycle import rebuilding


@shared_task
def rebuild_kept() -> None:
    """Read the leads anew that another version of the funnel left."""
    rebuilding.rebuild()

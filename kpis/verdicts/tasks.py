"""What Celery hurries for verdicts: judging what is due."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.verdicts import judging


@shared_task
def judge_due() -> None:
    """Judge the campaigns whose day has come."""
    judging.judge_due(now=now())

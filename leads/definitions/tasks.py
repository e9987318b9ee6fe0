"""What Celery hurries for definitions: leads that wait to be judged, runs over all of them, suggestions asked for."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.definitions import judging, runs
from leads.definitions.suggesting import asking


@shared_task
def qualify() -> None:
    """Judge the leads that wait."""
    judging.judge(now=now)


@shared_task
def advance_runs() -> None:
    """Judge all leads by versions that came into force."""
    runs.advance(now=now)


@shared_task
def work_off_suggestions() -> None:
    """Learn the definitions that were asked for."""
    asking.work_off()

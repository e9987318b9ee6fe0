"""What Celery hurries for scores."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.scores import asking, scoring


@shared_task
def score_due() -> None:
    """Score the leads that wait."""
    scoring.score_due(now=now())


@shared_task
def score_everybody() -> None:
    """Score all open leads: time has passed for each."""
    scoring.score_everybody(now=now())


@shared_task
def ask_weekly() -> None:
    """Have the model learned anew once a week."""
    asking.ask_weekly(now=now())


@shared_task
def work_off_training() -> None:
    """Learn the models that were asked for."""
    asking.work_off()

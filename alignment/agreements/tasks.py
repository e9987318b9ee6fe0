"""What Celery hurries for agreements: periods that begin, reviews that fall due, backtests that wait."""

from __future__ import annotations

from celery import shared_task

from alignment.agreements import backtests, periods, reviews
from alignment.clock import now


@shared_task
def begin_due() -> None:
    """Set going what follows from versions that came into force."""
    periods.begin_due(now=now())


@shared_task
def remind_of_reviews() -> None:
    """Remind both sides of what they agreed to look at again."""
    reviews.remind(now=now())


@shared_task
def run_backtests() -> None:
    """Compute the backtests that wait."""
    backtests.run_waiting()

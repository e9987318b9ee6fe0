"""What Celery hurries for duplicates: leads that wait to be compared, and runs over all of them."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.duplicates import finding, stock, strays


@shared_task
def compare() -> None:
    """Compare the leads that came in or changed; what was left behind by a merge follows first."""
    strays.follow(now=now())
    finding.compare_waiting(now=now)


@shared_task
def advance_stock() -> None:
    """Compare all leads with one another, where that was asked for."""
    stock.advance(now=now)

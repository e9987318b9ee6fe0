"""What Celery hurries for privacy: files to delete, the list of erasures kept outside, and whose time is over."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from leads.imports.mapping.dropping import forget_old
from leads.privacy import outside, retention, uploads


@shared_task
def tidy() -> None:
    """What an erasure that was cut short left to do, and files that nobody mapped in two weeks."""
    uploads.delete_discarded(now=now())
    outside.keep_outside()
    forget_old(now=now())


@shared_task
def carry_out_retention() -> None:
    """Erase whose time is over."""
    retention.carry_out(now=now())

"""What Celery hurries: mails that are due, and the removal of old rows. Twice, late or never harms nothing."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from alignment.outbox import delivery, retention


@shared_task
def deliver_mail() -> None:
    """Send what is due; where that was more than fits into one delivery, go on in another."""
    if delivery.deliver() == delivery.AT_ONCE:
        deliver_mail.delay()


@shared_task
def remove_old() -> None:
    """Let go of what was said long ago."""
    retention.remove_old(now=now())

"""What Celery hurries: mails that are due, and the removal of old rows. Twice, late or never harms nothing."""

from __future__ import annotations

from celery import shared_task

from alignment.outbox import delivery


@shared_task
def deliver_mail() -> None:
    """Send what is due; where that was more than fits into one delivery, go on in another."""
    if delivery.deliver() == delivery.AT_ONCE:
        deliver_mail.delay()

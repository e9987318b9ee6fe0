"""What Celery hurries: mails and messages to chats that are due, and the removal of old rows. Twice, late or never harms nothing."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from alignment.outbox import delivery, retention
from alignment.outbox.chat import delivery as chat


@shared_task
def deliver_mail() -> None:
    """Send what is due; where that was more than fits into one delivery, go on in another."""
    if delivery.deliver() == delivery.AT_ONCE:
        deliver_mail.delay()


@shared_task
def deliver_chat() -> None:
    """Send to chats what is due; where that was more than fits into one delivery, go on in another."""
    if chat.deliver() == chat.AT_ONCE:
        deliver_chat.delay()


@shared_task
def remove_old() -> None:
    """Let go of what was said long ago."""
    retention.remove_old(now=now())

"""What Celery hurries for people: sessions whose time is over."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from alignment.people import sessions


@shared_task
def forget_sessions() -> None:
    """Let go of those that nobody can use any more."""
    sessions.forget_expired(now=now())

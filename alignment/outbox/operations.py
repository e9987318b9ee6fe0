"""What operators' monitoring is told about mail and chats: how much waits, since when, and how much will never arrive."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Min

from alignment.api.metrics import Gauge, register
from alignment.clock import now
from alignment.outbox.due import WAITING
from alignment.outbox.models import Chat, Mail


def waiting() -> Mapping[str, float]:
    return {"": Mail.objects.filter(WAITING).count()}


def oldest_seconds() -> Mapping[str, float]:
    """Since the oldest waiting mail was written; 0 where none waits."""
    oldest = Mail.objects.filter(WAITING).aggregate(at=Min("created_at"))["at"]
    return {"": max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0}


def given_up() -> Mapping[str, float]:
    return {"": Mail.objects.filter(given_up_at__isnull=False).count()}


def chat_waiting() -> Mapping[str, float]:
    return {"": Chat.objects.filter(WAITING).count()}


def chat_given_up() -> Mapping[str, float]:
    return {"": Chat.objects.filter(given_up_at__isnull=False).count()}


def install() -> None:
    """Called once, when the applications are ready."""
    register(Gauge("alignment_mail_waiting", "Mails that have not left yet.", waiting))
    register(
        Gauge("alignment_mail_oldest_seconds", "Seconds since the oldest waiting mail was written.", oldest_seconds)
    )
    register(Gauge("alignment_mail_given_up", "Mails that will not arrive: refused for good.", given_up))
    register(Gauge("alignment_chat_waiting", "Messages to chats that have not left yet.", chat_waiting))
    register(Gauge("alignment_chat_given_up", "Messages to chats that will not arrive.", chat_given_up))

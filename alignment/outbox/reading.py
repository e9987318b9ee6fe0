"""What has this person read? The only writer of that; each can only say it of their own notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from alignment.outbox.models import Notice


@dataclass(frozen=True)
class Marked:
    """How many notices were marked as read together, and the moment that is theirs alone: by it they are found again."""

    count: int
    read_at: datetime


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Once; the moment of the first reading stays."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def mark_all_read(user_id: int, *, up_to: int, now: datetime) -> Marked:
    """Everything unread that the person has in front of them, to the notice `up_to`."""
    notices = Notice.objects.filter(user_id=user_id)
    latest = notices.filter(read_at__gte=now).aggregate(at=Max("read_at"))["at"]
    read_at = latest + timedelta(microseconds=1) if latest else now
    return Marked(notices.filter(id__lte=up_to, read_at=None).update(read_at=read_at), read_at)


def take_back(user_id: int, *, up_to: int, read_at: datetime) -> int:
    """Make unread again what `mark_all_read` marked at that moment; how many it were."""
    return Notice.objects.filter(user_id=user_id, id__lte=up_to, read_at=read_at).update(read_at=None)

"""How long is it kept what people were told? What left or was given up for 90 days, read notices for a year.

The text of either may hold people's names. Unread notices and waiting mails stay. Called by the jobs, a few rows at a
time, so that nobody waits for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from alignment.outbox.models import Chat, Mail, Notice

MAILS_FOR = timedelta(days=90)
READ_NOTICES_FOR = timedelta(days=365)
AT_ONCE = 5000
Row = TypeVar("Row", Mail, Chat, Notice)


def remove_old(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Delete up to `limit` old rows of each kind; how many it were."""
    before = now - MAILS_FOR
    gone = Q(sent_at__lt=before) | Q(given_up_at__lt=before)
    notices = Notice.objects.filter(read_at__lt=now - READ_NOTICES_FOR)
    return (
        _delete(Mail.objects.filter(gone), limit) + _delete(Chat.objects.filter(gone), limit) + _delete(notices, limit)
    )


def _delete(rows: QuerySet[Row], limit: int) -> int:
    some = list(rows.order_by().values_list("pk", flat=True)[:limit])
    return rows.filter(pk__in=some).delete()[0]

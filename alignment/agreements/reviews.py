"""Which agreements are due to be looked at again? A reminder, once a version, some days ahead.

Once, because the outbox tells nobody the same twice. It forgets mails after 90 days, so a review that is overdue for
longer than `LATEST` is not told of any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from alignment.agreements import telling
from alignment.agreements.dates import today
from alignment.agreements.models import Period, Version
from alignment.agreements.selectors import known

AHEAD, LATEST = timedelta(days=7), timedelta(days=60)


def remind(*, now: datetime) -> int:
    """Tell both sides of every version in force whose review falls due; how many there are. Telling twice is once."""
    present = Period.objects.filter(during__contains=now).values("version")
    day = today(now)
    due = Version.objects.filter(
        pk__in=present, agreement__kind__in=known(), review_by__range=(day - LATEST, day + AHEAD)
    ).select_related("agreement")
    for version in due:
        telling.review_due(version, now=now)
    return len(due)

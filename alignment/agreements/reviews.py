"""Which agreements are due to be looked at again? A reminder, once a version, some days ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from alignment.agreements import telling
from alignment.agreements.models import Period, Version

AHEAD = timedelta(days=7)


def remind(*, now: datetime) -> int:
    """Tell both sides of every version in force whose review falls due; how many there are. Telling twice is once."""
    present = Period.objects.filter(during__contains=now).values("version")
    due = Version.objects.filter(pk__in=present, review_by__lte=(now + AHEAD).date()).select_related("agreement")
    for version in due:
        telling.review_due(version, now=now)
    return len(due)

"""What time is it? Asked by views, tasks and commands, which hand the answer down as `now`."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for "always so, as far as we know" where a log needs an instant."""

_shift: timedelta | None = None


def now() -> datetime:
    """The present instant in UTC; `ALIGNMENT_NOW` moves it (tests and demo only).

    An instant in `ALIGNMENT_NOW` fixes where the clock starts; from there it runs on.
    """
    global _shift
    present = datetime.now(UTC)
    if settings.ALIGNMENT_NOW is None:
        return present
    if _shift is None:
        _shift = settings.ALIGNMENT_NOW - present
    return present + _shift

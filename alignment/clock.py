"""What time is it? Asked by views, tasks and commands, which hand the answer down as `now`."""

from datetime import UTC, datetime

from django.conf import settings

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for "always so, as far as we know" where a log needs an instant."""


def now() -> datetime:
    """The present instant in UTC; with `ALIGNMENT_NOW` (tests and demo only) it is always that one, in every process."""
    moment: datetime | None = settings.ALIGNMENT_NOW
    return moment or datetime.now(UTC)

"""Over which time is a version tried, and how old must a lead be to tell what became of it? Read back from a kept result, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, Expression, Value

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Span:
    """[start, end), and the time `wait` within which nine of ten won leads were won; None while nothing was won."""

    start: datetime
    end: datetime
    wait: timedelta | None

    @property
    def old_enough(self) -> datetime | None:
        """Who qualified by then has had the time to be won."""
        return None if self.wait is None else self.end - self.wait

    def waited(self) -> Expression:
        """`wait` in a query; nothing fits where it is not known."""
        return Value(self.wait or timedelta(0), DurationField())

    @property
    def needed_days(self) -> int | None:
        """How many days there must be for anybody to be old enough; None where there are enough, or nobody knows."""
        if self.wait is None or self.wait <= self.end - self.start:
            return None
        return -(-self.wait // DAY)


def span_of(result: Mapping[str, object]) -> Span:
    """The span that a kept result is about."""
    seconds = result["horizon_seconds"]
    wait = timedelta(seconds=seconds) if isinstance(seconds, int) else None
    start, end = (datetime.fromisoformat(str(result[name])) for name in ("start", "end"))
    return Span(start, end, wait)

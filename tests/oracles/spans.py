"""When did a condition hold? It is asked at every instant at which the answer may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """Half-open; `until` is None while the condition holds still."""

    since: datetime
    until: datetime | None

    def covers(self, instant: datetime) -> bool:
        return self.since <= instant and (self.until is None or instant < self.until)


def spans(
    holds: Callable[[datetime], bool],
    turning_points: Iterable[datetime],
    *,
    start: datetime,
    end: datetime | None,
    as_of: datetime,
) -> list[Span]:
    """The longest spans of [start, end) in which `holds` is true, as far as they began by `as_of`.

    Between two turning points the condition must not change.
    """
    within = {t for t in (start, *turning_points) if start <= t <= as_of and (end is None or t < end)}
    found: list[Span] = []
    since: datetime | None = None
    for instant in sorted(within):
        if holds(instant):
            since = instant if since is None else since
        elif since is not None:
            found.append(Span(since, instant))
            since = None
    if since is not None:
        found.append(Span(since, end))
    return found


def joined(parts: list[Span]) -> list[Span]:
    """Spans in order of time, those that touch made into one."""
    found: list[Span] = []
    for part in parts:
        if found and found[-1].until == part.since:
            found[-1] = Span(found[-1].since, part.until)
        else:
            found.append(part)
    return found

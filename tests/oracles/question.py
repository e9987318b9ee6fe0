"""What is asked of a report, and how does an answer name what was asked?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from tests.oracles.facts import Clock
from tests.oracles.stage_set import StageSet
from tests.oracles.zones import start_of_day

Group = dict[str, str | None]


@dataclass(frozen=True)
class Question:
    """The options of `report`; `end` is exclusive, `where` and `system` narrow down the leads."""

    start: date
    end: date
    as_of: datetime
    known_at: datetime
    timezone: str = "UTC"
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str | None], ...] = ()
    system: str | None = None
    start_stage: str | None = None
    window_days: int = 90
    funnel_version: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def clock(self) -> Clock:
        return Clock(self.as_of, self.known_at)

    def covers(self, instant: datetime) -> bool:
        """Half-open, from midnight to midnight of the reporting zone."""
        return start_of_day(self.start, self.zone) <= instant < start_of_day(self.end, self.zone)


class Heading(TypedDict):
    """What every answer repeats of its question; `computed_at` is the product's own affair."""

    start: str
    end: str
    timezone: str
    start_stage: str
    window_days: int
    as_of: str
    known_at: str
    funnel_version: int | None


def heading(question: Question, stages: StageSet) -> Heading:
    return {
        "start": question.start.isoformat(),
        "end": question.end.isoformat(),
        "timezone": question.timezone,
        "start_stage": stages.from_start(question.start_stage)[0].key,
        "window_days": question.window_days,
        "as_of": rfc3339(question.as_of),
        "known_at": rfc3339(question.known_at),
        "funnel_version": question.funnel_version,
    }


def rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")

"""Short ways to write down a small history by hand, for the oracles' own tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.oracles.facts import Clock, LeadFact, LeadId, StageRow
from tests.oracles.question import Question

TIME_ZERO = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 12, 31, tzinfo=UTC)


def on(days: float, *, hours: float = 0, microseconds: int = 0) -> datetime:
    """So long after TIME_ZERO, the first midnight of 2024."""
    return TIME_ZERO + timedelta(days=days, hours=hours, microseconds=microseconds)


def a_lead(lead: LeadId, *, source: str | None = None, created: datetime = TIME_ZERO, erased: bool = False) -> LeadFact:
    return LeadFact(lead, created, created, source=source, erased=erased)


def moved(
    seq: int,
    lead: LeadId,
    to: str,
    at: datetime,
    *,
    recorded: datetime | None = None,
    cause: str = "manual",
    owner: str | None = None,
    reason: str | None = None,
) -> StageRow:
    """A stage row, learnt when it happened unless said otherwise."""
    return StageRow(seq, lead, to, at, recorded or at, cause=cause, owner=owner, reason=reason)


def story(lead: LeadId, first_seq: int, *steps: tuple[str, float]) -> tuple[StageRow, ...]:
    """Rows for (stage, day) after one another, numbered from `first_seq`."""
    return tuple(moved(first_seq + n, lead, to, on(days)) for n, (to, days) in enumerate(steps))


def known(as_of: datetime = LATER, known_at: datetime | None = None) -> Clock:
    return Clock(as_of, known_at or as_of)


def ask(
    start: date = date(2024, 1, 1),
    end: date = date(2025, 1, 1),
    *,
    as_of: datetime = LATER,
    known_at: datetime | None = None,
    timezone: str = "UTC",
    by: tuple[str, ...] = (),
    where: tuple[tuple[str, str | None], ...] = (),
    start_stage: str | None = None,
    window_days: int = 90,
) -> Question:
    return Question(
        start,
        end,
        as_of,
        known_at or as_of,
        timezone,
        by,
        where,
        start_stage=start_stage,
        window_days=window_days,
    )

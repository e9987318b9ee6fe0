"""Is what is kept as fresh as it should be? For `check_fresh`, the page of freshness and the dashboard.

What takes long to be read for the first time is not late meanwhile, as long as somebody is at it.
Late once: one interval has passed without a run that should have come. Late twice: another one has, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kpis import freshness
from kpis.attribution.keeping import WHAT as CREDITS
from kpis.metrics.kept import marks
from kpis.metrics.kept.basis import WHAT as COUNTED
from kpis.metrics.kept.computing import ANEW, COMPUTED, PRESENT, anew
from kpis.metrics.kept.queries import due
from leads.lifecycle import waiting as leads_waiting

MINUTE = timedelta(minutes=1)
NIGHT = timedelta(hours=26)


class State(StrEnum):
    """How late something is."""

    FRESH = "fresh"
    BEGUN = "being read for the first time"
    LATE = "late"
    TOO_LATE = "late twice"

    @property
    def is_late(self) -> bool:
        """Whether a run that should have come has not."""
        return self in (State.LATE, State.TOO_LATE)


@dataclass(frozen=True)
class Expected:
    """Something that is kept, and how often it is brought up to date (what is computed: more seldom in a large company).

    `detail`: where its instant is noted, if it is not that of the note. `begins`: what is noted while it is made for the first time.
    """

    what: str
    title: str
    every: timedelta
    noted_as: str
    detail: str | None = None
    begins: tuple[str, ...] = ()


EXPECTED = (
    Expected("counts", "Counts, sums and rates", MINUTE, COUNTED),
    Expected(
        "computed", "Percentiles, stocks and what else is computed", 2 * ANEW, COMPUTED, begins=(COUNTED, PRESENT)
    ),
    Expected("leaks", "Leaks", MINUTE, "leaks"),
    Expected("cells", "Cohorts of the dashboard", MINUTE, "cells"),
    Expected("nightly", "Everything anew, every night", NIGHT, COUNTED, "rebuilt"),
    Expected("credits", "Credits of touches, learnt anew every night", NIGHT, CREDITS),
)


@dataclass(frozen=True)
class Fresh:
    """How fresh one thing is. `at`: when it was last brought up to date, `next_at` when it should be again; None: never yet."""

    what: str
    title: str
    at: datetime | None
    next_at: datetime | None
    every: timedelta
    state: State


@dataclass(frozen=True)
class Waiting:
    """How much waits to be worked in: marks of leads, of other subjects, and periods of computed metrics."""

    leads: int
    subjects: int
    periods: int

    @property
    def anything(self) -> int:
        return self.leads + self.subjects + self.periods


def look(now: datetime) -> Sequence[Fresh]:
    """How fresh everything is."""
    return [
        _of(replace(expected, every=2 * anew()) if expected.noted_as == COMPUTED else expected, now)
        for expected in EXPECTED
    ]


def late(now: datetime) -> Sequence[Fresh]:
    """What is late."""
    return [one for one in look(now) if one.state.is_late]


def what_waits() -> Waiting:
    """How much is to be worked in."""
    return Waiting(leads=leads_waiting.waiting(), subjects=marks.waiting()[0], periods=due.waiting())


def state_of(at: datetime | None, every: timedelta, now: datetime) -> State:
    """Nothing that never happened is fresh."""
    if at is None or now - at > 2 * every:
        return State.TOO_LATE
    return State.LATE if now - at > every else State.FRESH


def _of(expected: Expected, now: datetime) -> Fresh:
    noted = freshness.last(expected.noted_as)
    if noted is None and _is_beginning(expected, now):
        return Fresh(expected.what, expected.title, None, None, expected.every, State.BEGUN)
    at = None if noted is None else noted.at
    if noted is not None and expected.detail:
        text = noted.detail.get(expected.detail)
        at = datetime.fromisoformat(text) if text else None
    next_at = at + expected.every if at else None
    return Fresh(expected.what, expected.title, at, next_at, expected.every, state_of(at, expected.every, now))


def _is_beginning(expected: Expected, now: datetime) -> bool:
    """Whether somebody was at it lately. Counts begin with everything anew; from then on the present periods are noted."""
    counted, present = (freshness.last(name) for name in expected.begins) if expected.begins else (None, None)
    rebuilt = counted.detail.get("rebuilt") if counted is not None else None
    lately = [datetime.fromisoformat(rebuilt)] if rebuilt else []
    lately += [present.at] if present is not None else []
    return bool(lately) and now - max(lately) <= 2 * expected.every

"""Which rows of two histories do not count once they are one person's? Pure.

Two logs of stages are read as one, in order of time. Where one lead was further already, what the other's log says of an earlier
stage, or of giving up from one, says nothing of this person: a second inquiry does not throw back who is with sales. Steps that a
lead took back by itself, returns after it was given up, what deals say, and reopenings count as ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

FREE = frozenset({"deal", "reopen"})
"""Causes of rows that say what they say, whoever was further: deals are settled by their own rule, reopenings are meant."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a stage log that is not void. `position` is None off the path; `closes`: a won or loyal stage."""

    id: int
    lead_id: int
    at: datetime
    position: int | None
    closes: bool
    cause: str


def overtaken(steps: Iterable[Step]) -> list[int]:
    """Ids of the rows that stand behind what the other lead had reached by then, in order of time."""
    standing: int | None = None
    closed = False
    own: dict[int, int | None] = {}
    behind: list[int] = []
    for step in sorted(steps, key=lambda step: (step.at, step.id)):
        before = own.get(step.lead_id) or 0
        if step.cause not in FREE and _is_behind(step, before, standing):
            behind.append(step.id)
            own[step.lead_id] = step.position
        elif not _is_held(step, standing, closed):
            standing, closed = step.position, step.closes
            own[step.lead_id] = step.position
    return behind


def _is_behind(step: Step, before: int, standing: int | None) -> bool:
    if standing is None or before >= standing:
        return False
    return step.position is None or step.position < standing


def _is_held(step: Step, standing: int | None, closed: bool) -> bool:
    """Whether the log holds the row anyway: back from a won or loyal stage without being a reopening."""
    if not closed or step.cause == "reopen" or step.position is None or standing is None:
        return False
    return step.position < standing


def last_counting(steps: Iterable[Step], behind: Iterable[int]) -> int | None:
    """The row by which the two together stand where they stand: the last that is neither behind nor held."""
    left_out = set(behind)
    last: Step | None = None
    for step in sorted(steps, key=lambda step: (step.at, step.id)):
        if step.id in left_out or (last is not None and _is_held(step, last.position, last.closes)):
            continue
        last = step
    return last.id if last else None

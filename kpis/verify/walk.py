"""What does one lead's log of stages say? Read row by row, as the definition has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leads.funnel.stage_sets import StageSet, StageTerms

WON = ("won", "loyal")


@dataclass(frozen=True)
class LogRow:
    """One row that was not taken back."""

    id: int
    to: str
    at: datetime
    cause: str
    reason: str | None


@dataclass
class Stay:
    """A change that counts, and the rows that repeat it. [at, until)."""

    row: LogRow
    stage: StageTerms
    pass_number: int
    before: str | None
    until: datetime | None = None
    after: str | None = None

    def __post_init__(self) -> None:
        self.rows = [self.row]

    @property
    def at(self) -> datetime:
        return self.row.at

    def as_kept(self) -> tuple[object, ...]:
        """As the table of stays has it, without the lead."""
        return (self.row.id, self.stage.key, self.before, self.at, self.until, self.after, self.pass_number)


class Walk:
    """One log, walked."""

    def __init__(self, log: Iterable[LogRow], stages: StageSet) -> None:
        self.stays: list[Stay] = []
        self.held: list[tuple[StageTerms, datetime]] = []
        self.stage_now: str | None = None
        for row in log:
            if row.to in stages.by_key:  # a stage that this version does not know yet is nowhere in it
                self._step(row, meaning(row.to, stages))

    def _step(self, row: LogRow, stage: StageTerms) -> None:
        last = self.stays[-1] if self.stays else None
        if last is not None and last.stage.category in WON and row.cause != "reopen" and _earlier(stage, last.stage):
            self.held.append((stage, row.at))
            return
        self.stage_now = stage.key
        if last is not None and last.stage.key == stage.key:
            last.rows.append(row)
            return
        passes = last.pass_number if last else 1
        if last is not None:
            last.until, last.after = row.at, stage.key
            passes += last.stage.position is None and stage.position is not None
        self.stays.append(Stay(row, stage, passes, last.stage.key if last else None))

    def reached(self, stage: StageTerms) -> datetime | None:
        """The earliest change into a forward stage as far or further."""
        return min(
            (s.at for s in self.stays if s.stage.position is not None and s.stage.position >= (stage.position or 0)),
            default=None,
        )

    def entered(self, stage: StageTerms) -> datetime | None:
        """The earliest change exactly into it; held ones count."""
        times = [s.at for s in self.stays if s.stage.key == stage.key] + [
            at for held, at in self.held if held.key == stage.key
        ]
        return min(times, default=None)


def meaning(key: str, stages: StageSet) -> StageTerms:
    """What a key means: a retired one counts as another."""
    terms = stages.by_key[key]
    return terms if terms.counts_as is None else stages.by_key[terms.counts_as]


def _earlier(stage: StageTerms, than: StageTerms) -> bool:
    return stage.position is not None and than.position is not None and stage.position < than.position

"""What did the stage log say at an instant, and which of its rows were changes?

The log is walked in the order (at, seq). A row equal to its predecessor's stage is a *repeat*: no
change. A row to an earlier forward position out of a won or loyal stage that is no reopening is
*held*: it counts as entered, is in no flow and is nobody's predecessor.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tests.oracles.facts import Clock, LeadId, StageRow, World
from tests.oracles.stage_set import FINISHED, StageDef, StageSet

CHANGE, REPEAT, HELD = "change", "repeat", "held"


@dataclass(frozen=True)
class Reading:
    """A known row with what it means; `to` and `previous` are stages of the version in use."""

    row: StageRow
    to: StageDef
    previous: StageDef | None
    standing: str
    pass_number: int

    @property
    def at(self) -> datetime:
        return self.row.at


@dataclass(frozen=True)
class Stay:
    """A lead in one stage from `start` until before `end`; None: it is there still."""

    stage: StageDef
    start: datetime
    end: datetime | None
    pass_number: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class History:
    """All known rows of one lead, read in order."""

    lead: LeadId
    readings: tuple[Reading, ...]

    def changes(self) -> tuple[Reading, ...]:
        return tuple(r for r in self.readings if r.standing == CHANGE)

    def reached(self, stage: StageDef) -> datetime | None:
        """The earliest change into a forward stage at this position or a later one."""
        assert stage.position is not None, f"{stage.key} is off the path"
        at_least = stage.position
        times = [r.at for r in self.changes() if r.to.position is not None and r.to.position >= at_least]
        return min(times, default=None)

    def entered(self, stage: StageDef) -> datetime | None:
        """The earliest change exactly into this stage, held ones included."""
        into = [r.at for r in self.readings if r.to.key == stage.key and r.standing in (CHANGE, HELD)]
        return min(into, default=None)

    def present_stage(self) -> StageDef | None:
        last = [r.to for r in self.readings if r.standing != HELD][-1:]
        return last[0] if last else None

    def stays(self) -> tuple[Stay, ...]:
        """Each change opens a stay, the next one ends it; repeats belong to the stay they are in."""
        found: list[Stay] = []
        changes = self.changes()
        for number, opening in enumerate(changes):
            last = number + 1 == len(changes)
            until = len(self.readings) if last else self.readings.index(changes[number + 1])
            within = self.readings[self.readings.index(opening) : until]
            readings = tuple(r for r in within if r.standing != HELD)
            end = None if last else changes[number + 1].at
            found.append(Stay(opening.to, opening.at, end, opening.pass_number, readings))
        return tuple(found)


def known_rows(world: World, clock: Clock) -> dict[LeadId, list[StageRow]]:
    """The rows that had happened and were known, without those known to be void, in order."""
    void = {v.change for v in world.voids if v.recorded_at <= clock.known_at}
    rows: dict[LeadId, list[StageRow]] = defaultdict(list)
    for row in sorted(world.stages, key=lambda r: (r.at, r.seq)):
        if clock.knows(row.at, row.recorded_at) and row.seq not in void:
            rows[row.lead].append(row)
    return rows


def read_history(lead: LeadId, rows: list[StageRow], stages: StageSet) -> History:
    """Rows must be in the order (at, seq)."""
    readings: list[Reading] = []
    current: StageDef | None = None
    passes = 1
    for row in rows:
        to = stages.find(row.to)
        standing = judge_row(row, to, current)
        if standing == CHANGE and current is not None and current.position is None and to.position is not None:
            passes += 1
        readings.append(Reading(row, to, current, standing, passes))
        if standing == CHANGE:
            current = to
    return History(lead, tuple(readings))


def judge_row(row: StageRow, to: StageDef, current: StageDef | None) -> str:
    if current is None:
        return CHANGE
    if to.key == current.key:
        return REPEAT
    leaves_a_win = current.category in FINISHED and row.cause != "reopen"
    if leaves_a_win and to.position is not None and current.position is not None:
        return HELD if to.position < current.position else CHANGE
    return CHANGE


def read_log(world: World, stages: StageSet, clock: Clock) -> dict[LeadId, History]:
    """The history of every lead that counts, empty for one without known rows."""
    rows = known_rows(world, clock)
    return {lead.id: read_history(lead.id, rows.get(lead.id, []), stages) for lead in world.counted_leads()}

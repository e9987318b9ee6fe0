"""What was known of a lead's handoffs at an instant: qualified, offered, decided, contacted, returned?

Each condition is asked of one need or one offer at an instant; it holds within the pass in which that happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.oracles.facts import Clock, HandoffRow, LeadId, NeedRow, World
from tests.oracles.spans import Span, spans
from tests.oracles.stage_set import same_side

TYPING = timedelta(minutes=15)
"""What is typed in counts as having happened so long before, at the earliest."""


@dataclass(frozen=True)
class Pass:
    """One pass of a lead, or a stretch of it."""

    number: int
    span: Span


@dataclass(frozen=True)
class Piece:
    """A span in which a condition held; no `side`: that of the stage the lead was in."""

    pass_number: int
    span: Span
    side: str | None
    limit_seconds: int


def overlapping(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of one pass that overlap made into one; those that touch are two."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=_first):
        last = found[-1] if found and found[-1].pass_number == piece.pass_number else None
        if last is None or (last.span.until is not None and last.span.until <= piece.span.since):
            found.append(piece)
        else:
            ends = (last.span.until, piece.span.until)
            until = None if None in ends else max(end for end in ends if end is not None)
            found[-1] = replace(last, span=Span(last.span.since, until))
    return found


def _first(piece: Piece) -> tuple[int, datetime, bool, int]:
    """Of those that began together sales comes first, then what broke the shorter limit."""
    return piece.pass_number, piece.span.since, piece.side == "marketing", piece.limit_seconds


class Handed:
    """Everything about the handoffs of one lead, as known by a clock."""

    def __init__(self, world: World, lead: LeadId, clock: Clock) -> None:
        self._clock = clock
        known = [h for h in world.handoffs if h.lead == lead and clock.knows(h.offered_at, h.recorded_at)]
        self.handoffs = [self._as_known(h) for h in known]
        self.needs = [
            self._need_as_known(n) for n in world.needs if n.lead == lead and clock.knows(n.qualified_at, n.recorded_at)
        ]
        self._deadlines = [d for d in world.deadlines if d.recorded_at <= clock.known_at]
        self._spoken = [
            (a.at, same_side(a.side), max(a.at, a.recorded_at - TYPING) if a.typed_in else a.at)
            for a in world.activities
            if a.lead == lead and clock.knows(a.at, a.recorded_at) and a.direction == "outbound" and not a.automated
        ]

    def _knows(self, at: datetime | None, recorded_at: datetime | None) -> bool:
        return at is not None and recorded_at is not None and self._clock.knows(at, recorded_at)

    def _as_known(self, row: HandoffRow) -> HandoffRow:
        if not self._knows(row.decided_at, row.decided_recorded_at):
            row = replace(row, state="offered", decided_at=None, decided_recorded_at=None)
        if not self._knows(row.returned_at, row.returned_recorded_at):
            row = replace(row, returned_at=None, returned_recorded_at=None)
        return row

    def _need_as_known(self, row: NeedRow) -> NeedRow:
        if not self._knows(row.no_receiver_at, row.no_receiver_at):
            row = replace(row, no_receiver_at=None)
        return row if self._knows(row.ended_at, row.ended_recorded_at) else replace(row, ended_at=None)

    def unrouted(self, passes: list[Pass], as_of: datetime, limit_seconds: int) -> list[Piece]:
        """Qualified for so long, or nobody could take it, and neither offered nor no longer to be."""
        found: list[Piece] = []
        for need in self.needs:
            due = need.qualified_at + timedelta(seconds=limit_seconds)

            def holds(t: datetime, need: NeedRow = need, due: datetime = due) -> bool:
                waits = need.ended_at is None or t < need.ended_at
                return waits and (t >= due or _by(need.no_receiver_at, t))

            points = [due, need.no_receiver_at, need.ended_at]
            found += self._pieces(passes, need.qualified_at, holds, points, as_of, None, limit_seconds)
        return found

    def unaccepted(self, stays: list[Pass], as_of: datetime) -> list[Piece]:
        """Past its deadline undecided, nobody has accepted, turned down, returned or taken back for good since, and the lead is
        still where it was when it was offered."""
        settled = [h.decided_at for h in self.handoffs if self._settles(h)] + [h.returned_at for h in self.handoffs]
        found: list[Piece] = []
        for row in self.handoffs:
            deadline = self._deadline(row, "accept")
            if deadline is None or (row.decided_at is not None and row.decided_at <= deadline):
                continue

            def holds(t: datetime, deadline: datetime = deadline) -> bool:
                return t >= deadline and not any(at is not None and deadline < at <= t for at in settled)

            side = same_side(row.to_side)
            found += self._pieces(stays, row.offered_at, holds, [deadline, *settled], as_of, side, row.accept_seconds)
        return found

    def _settles(self, row: HandoffRow) -> bool:
        return row.state in ("accepted", "rejected") or self._ends_there(row)

    def _ends_there(self, row: HandoffRow) -> bool:
        """Withdrawn, and not passed on."""
        if row.state != "withdrawn":
            return False
        assert row.decided_at is not None
        return not any(other.offered_at <= row.decided_at for other in self._continuing(row))

    def _continuing(self, row: HandoffRow) -> list[HandoffRow]:
        return [other for other in self.handoffs if other.replaces == row.id]

    def uncontacted(self, passes: list[Pass], as_of: datetime) -> list[Piece]:
        """Accepted, past its deadline, and neither spoken to nor returned nor accepted by whom it was passed on to."""
        found: list[Piece] = []
        for row in self.handoffs:
            deadline = self._deadline(row, "contact")
            if row.state != "accepted" or deadline is None:
                continue
            side, over = same_side(row.to_side), [row.returned_at, *self._taken_over(row)]
            said = [counts for at, by, counts in self._spoken if by == side and at >= row.offered_at]

            def holds(
                t: datetime,
                row: HandoffRow = row,
                deadline: datetime = deadline,
                ends: tuple[datetime | None, ...] = (*over, *said),
            ) -> bool:
                return t >= deadline and _by(row.decided_at, t) and not any(_by(end, t) for end in ends)

            points = [deadline, row.decided_at, *over, *said]
            found += self._pieces(passes, row.offered_at, holds, points, as_of, side, row.contact_seconds)
        return found

    def _taken_over(self, row: HandoffRow) -> list[datetime | None]:
        """When somebody accepted it to whom this one was passed on, directly or over others."""
        found: list[datetime | None] = []
        for other in self._continuing(row):
            found += [other.decided_at] if other.state == "accepted" else []
            found += self._taken_over(other)
        return found

    def unexplained(self, passes: list[Pass], as_of: datetime) -> list[Piece]:
        """Turned down, and no reason was given yet; a reason that came with the decision is as old as it."""
        found: list[Piece] = []
        for row in self.handoffs:
            if row.state != "rejected" or row.decided_at is None or row.decided_recorded_at is None:
                continue
            told = self._told(row)

            def holds(t: datetime, row: HandoffRow = row, told: datetime | None = told) -> bool:
                return _by(row.decided_at, t) and not _by(told, t)

            side = same_side(row.to_side)
            found += self._pieces(passes, row.decided_at, holds, [row.decided_at, told], as_of, side, 0)
        return found

    def _told(self, row: HandoffRow) -> datetime | None:
        assert row.decided_at is not None
        assert row.decided_recorded_at is not None
        learnt = row.reason_recorded_at or row.decided_recorded_at
        if not (row.reason or "").strip() or learnt > self._clock.known_at:
            return None
        return row.decided_at if learnt <= row.decided_recorded_at else learnt

    def ping_pong(self, stretch: Pass, as_of: datetime, times: int) -> list[Piece]:
        """So many offers to the other side, not taken back for good, and returns, within the stretch."""
        moves: list[tuple[datetime, datetime | None]] = []
        for row in self.handoffs:
            if same_side(row.from_side) != same_side(row.to_side):
                moves.append((row.offered_at, row.decided_at if self._ends_there(row) else None))
            if row.state == "rejected" and row.decided_at is not None:
                moves.append((row.decided_at, None))
            if row.returned_at is not None:
                moves.append((row.returned_at, None))
        here = [(at, undone) for at, undone in moves if stretch.span.covers(at)]

        def holds(t: datetime) -> bool:
            return sum(at <= t and not _by(undone, t) for at, undone in here) >= times

        points = [moment for move in here for moment in move]
        return self._pieces([stretch], stretch.span.since, holds, points, as_of, None, 0)

    def _deadline(self, row: HandoffRow, clock: str) -> datetime | None:
        rows = sorted(
            (d for d in self._deadlines if d.handoff == row.id and d.clock == clock),
            key=lambda d: (d.recorded_at, d.seq),
        )
        return rows[-1].due_at if rows else None

    @staticmethod
    def _pieces(
        passes: list[Pass],
        moment: datetime,
        holds: Callable[[datetime], bool],
        points: list[datetime | None],
        as_of: datetime,
        side: str | None,
        limit_seconds: int,
    ) -> list[Piece]:
        here = next((one for one in passes if one.span.covers(moment)), None)
        if here is None:
            return []
        times = [point for point in points if point is not None]
        parts = spans(holds, times, start=here.span.since, end=here.span.until, as_of=as_of)
        return [Piece(here.number, part, side, limit_seconds) for part in parts]


def _by(moment: datetime | None, t: datetime) -> bool:
    return moment is not None and moment <= t


NOTHING_HANDED = Handed(World(), 0, Clock(*[datetime.max.replace(tzinfo=UTC)] * 2))

"""What was offered to whom, what became of it and when, as rows; and how it was known at an instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracles.cuts import CALENDAR, Cuts, Key
from tests.oracles.facts import Clock, LeadFact, LeadId, World
from tests.oracles.log import read_log
from tests.oracles.question import Question
from tests.oracles.stage_set import StageSet
from tests.oracles.zones import month_key, week_key

OFFERED, ACCEPTED, REJECTED, EXPIRED, WITHDRAWN = "offered", "accepted", "rejected", "expired", "withdrawn"
TYPED_IN_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class DeadlineRow:
    """From `recorded_at` on this is when the clock runs out; None while on hold."""

    clock: str
    due_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True)
class HandoffRow:
    """One offer. `state` is how it stands at last, since `decided_at`; deadlines in the order of writing, the first at the offer."""

    seq: int
    lead: LeadId
    rule: str
    offered_at: datetime
    recorded_at: datetime
    to_owner: str | None
    to_team: str
    to_side: str
    state: str
    deadlines: tuple[DeadlineRow, ...]
    decided_at: datetime | None = None
    decided_recorded_at: datetime | None = None
    returned_at: datetime | None = None
    returned_recorded_at: datetime | None = None
    reason: str | None = None
    reason_recorded_at: datetime | None = None


@dataclass(frozen=True)
class Outreach:
    """Something that happened with a lead, with whether a person typed it in."""

    lead: LeadId
    at: datetime
    recorded_at: datetime
    direction: str
    side: str
    automated: bool
    typed_in: bool


@dataclass(frozen=True)
class KnownHandoff:
    """How a handoff stood at the question's as_of, as known at its known_at."""

    row: HandoffRow
    lead: LeadFact
    state: str
    decided_at: datetime | None
    returned_at: datetime | None
    reason: str | None
    accept_by: datetime | None
    contact_by: datetime | None
    contacted_at: datetime | None


def known_handoffs(
    world: World, handoffs: Sequence[HandoffRow], outreach: Sequence[Outreach], clock: Clock
) -> list[KnownHandoff]:
    """Those of leads that count, in the order of their offers."""
    leads = {lead.id: lead for lead in world.counted_leads()}
    rows = [row for row in handoffs if row.lead in leads and clock.knows(row.offered_at, row.recorded_at)]
    return [
        known(row, leads[row.lead], outreach, clock) for row in sorted(rows, key=lambda row: (row.offered_at, row.seq))
    ]


def known(row: HandoffRow, lead: LeadFact, outreach: Sequence[Outreach], clock: Clock) -> KnownHandoff:
    decided = happened(row.decided_at, row.decided_recorded_at, clock)
    returned = happened(row.returned_at, row.returned_recorded_at, clock)
    came_back = returned or (decided and row.state == REJECTED)
    said = row.reason_recorded_at or row.decided_recorded_at
    return KnownHandoff(
        row=row,
        lead=lead,
        state=row.state if decided else OFFERED,
        decided_at=row.decided_at if decided else None,
        returned_at=row.returned_at if returned else None,
        reason=row.reason if came_back and said is not None and said <= clock.known_at else None,
        accept_by=deadline(row, "accept", clock, row.decided_recorded_at),
        contact_by=deadline(row, "contact", clock, None),
        contacted_at=first_contact(row, outreach, clock),
    )


def happened(at: datetime | None, recorded_at: datetime | None, clock: Clock) -> bool:
    return at is not None and recorded_at is not None and clock.knows(at, recorded_at)


def deadline(row: HandoffRow, clock_name: str, clock: Clock, until: datetime | None) -> datetime | None:
    """The last word known; what was said at the offer holds from the offer on, later words from when they were said."""
    told = [
        one
        for place, one in enumerate(one for one in row.deadlines if one.clock == clock_name)
        if one.recorded_at <= clock.known_at
        and (place == 0 or one.recorded_at <= clock.as_of)
        and (until is None or one.recorded_at <= until)
    ]
    return told[-1].due_at if told else None


def first_contact(row: HandoffRow, outreach: Sequence[Outreach], clock: Clock) -> datetime | None:
    """The first outbound touch of the receiving side since the offer; a partner is sales."""
    side = "sales" if row.to_side == "partner" else row.to_side
    moments = [
        max(one.at, one.recorded_at - TYPED_IN_LATE) if one.typed_in else one.at
        for one in outreach
        if one.lead == row.lead
        and one.direction == "outbound"
        and one.side == side
        and not one.automated
        and one.at >= row.offered_at
        and one.recorded_at <= clock.known_at
    ]
    return min((at for at in moments if at <= clock.as_of), default=None)


@dataclass(frozen=True)
class Pass:
    """[began, ended) of a lead's life, and when it first came into a forward stage in it."""

    number: int
    began: datetime
    ended: datetime | None
    forward_at: datetime | None


def passes(world: World, stages: StageSet, known_at: datetime) -> dict[LeadId, list[Pass]]:
    """Every pass of every lead."""
    found: dict[LeadId, list[Pass]] = {}
    for lead, history in read_log(world, stages, Clock(datetime.max.replace(tzinfo=known_at.tzinfo), known_at)).items():
        changes = history.changes()
        numbers = sorted({change.pass_number for change in changes})
        begins = {n: min(c.at for c in changes if c.pass_number == n) for n in numbers}
        found[lead] = [
            Pass(
                n,
                begins[n],
                begins.get(n + 1),
                min(
                    (c.at for c in changes if c.pass_number == n and c.to.position is not None),
                    default=None,
                ),
            )
            for n in numbers
        ]
    return found


def pass_at(of_lead: Sequence[Pass], moment: datetime) -> Pass | None:
    held = [one for one in of_lead if one.began <= moment and (one.ended is None or moment < one.ended)]
    return held[0] if held else None


class HandedCuts:
    """Groups of handoffs: values at the offer, owner and team who was offered it, months those of a moment of its own."""

    def __init__(self, world: World, question: Question) -> None:
        self._question = question
        self._leads = Cuts(world, question)

    def key(self, known: KnownHandoff, when: datetime) -> Key:
        return tuple(self._value(known, name, when) for name in self._question.by)

    def admits(self, known: KnownHandoff, when: datetime) -> bool:
        if self._question.system is not None and known.lead.system != self._question.system:
            return False
        return all(self._value(known, name, when) == wanted for name, wanted in self._question.where)

    @property
    def only_with_rows(self) -> bool:
        return self._leads.only_with_rows

    def _value(self, known: KnownHandoff, name: str, when: datetime) -> str | None:
        own: dict[str, Callable[[], str | None]] = {
            "rule": lambda: known.row.rule,
            "owner": lambda: known.row.to_owner,
            "team": lambda: known.row.to_team,
            "month": lambda: month_key(when, self._question.zone),
            "week": lambda: week_key(when, self._question.zone),
        }
        assert set(CALENDAR) <= own.keys()
        return own[name]() if name in own else self._leads.value(known.lead, name, known.row.offered_at)

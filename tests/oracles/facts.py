"""What happened, as rows: the only thing that an oracle may know about the world.

Instants are aware datetimes. Every log row says when it happened (`at`) and when it was learnt
(`recorded_at`); `seq` is the order of writing and settles ties of `at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

LeadId: TypeAlias = int | str
DealId: TypeAlias = int | str


@dataclass(frozen=True)
class LeadFact:
    """A lead's record; test leads and merged ones count in no figure, erased ones raise no leaks."""

    id: LeadId
    created_at: datetime
    recorded_at: datetime
    source: str | None = None
    channel: str | None = None
    system: str | None = None
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    is_test: bool = False
    merged: bool = False
    erased: bool = False


@dataclass(frozen=True)
class StageRow:
    """One row of the stage log; `owner` and `team` are who holds the lead from then on, if it says."""

    seq: int
    lead: LeadId
    to: str
    at: datetime
    recorded_at: datetime
    cause: str = "manual"
    owner: str | None = None
    team: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class VoidRow:
    """Takes the stage row with seq `change` out of figures that know of the correction."""

    change: int
    recorded_at: datetime


@dataclass(frozen=True)
class ValueRow:
    """`name` is owner, team, campaign, segment or territory; a None takes the value away."""

    seq: int
    lead: LeadId
    name: str
    value: str | None
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class ActivityRow:
    """Something that happened with a lead; `direction` is inbound or outbound."""

    lead: LeadId
    kind: str
    direction: str
    side: str
    automated: bool
    at: datetime
    recorded_at: datetime
    by: str | None = None
    typed_in: bool = False


@dataclass(frozen=True)
class ConsentRow:
    """`state` is granted, refused or withdrawn."""

    seq: int
    lead: LeadId
    purpose: str
    state: str
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True)
class ContactRow:
    """From `at` on: is there a usable e-mail, a usable telephone? Before the first row: neither."""

    lead: LeadId
    at: datetime
    recorded_at: datetime
    email_usable: bool
    phone_usable: bool


@dataclass(frozen=True)
class PersonRow:
    """From `at` on; what a person was before their first row is taken from that row.

    `sides` are the sides of the teams the person is in, empty for none.
    """

    user: str
    at: datetime
    active: bool
    sides: frozenset[str]


@dataclass(frozen=True)
class DealRow:
    """`status` is open, won or lost: as it is now; the dates say what it was at an instant."""

    id: DealId
    lead: LeadId | None
    company: str | None
    amount: Decimal | None
    currency: str
    status: str
    recorded_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    kind: str = "new"


@dataclass(frozen=True)
class NeedRow:
    """From `qualified_at` on a lead was to be handed over; `no_receiver_at` is when nobody could take it."""

    lead: LeadId
    qualified_at: datetime
    recorded_at: datetime
    no_receiver_at: datetime | None = None
    ended_at: datetime | None = None
    ended_recorded_at: datetime | None = None


@dataclass(frozen=True)
class HandoffRow:
    """One offer and what became of it; `state` is offered, accepted, rejected, expired or withdrawn."""

    id: int
    lead: LeadId
    from_side: str
    to_side: str
    offered_at: datetime
    recorded_at: datetime
    state: str = "offered"
    decided_at: datetime | None = None
    decided_recorded_at: datetime | None = None
    returned_at: datetime | None = None
    returned_recorded_at: datetime | None = None
    reason: str | None = None
    reason_recorded_at: datetime | None = None
    replaces: int | None = None
    accept_seconds: int = 0
    contact_seconds: int = 0


@dataclass(frozen=True)
class DeadlineRow:
    """`clock` is accept or contact; no `due_at`: on hold."""

    seq: int
    handoff: int
    clock: str
    due_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True)
class RateRow:
    """Reporting currency per unit of `currency`, published on `day`."""

    day: date
    currency: str
    rate: Decimal


@dataclass(frozen=True)
class World:
    """All facts together, rows in any order."""

    leads: tuple[LeadFact, ...] = ()
    stages: tuple[StageRow, ...] = ()
    voids: tuple[VoidRow, ...] = ()
    values: tuple[ValueRow, ...] = ()
    activities: tuple[ActivityRow, ...] = ()
    consents: tuple[ConsentRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    deals: tuple[DealRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    needs: tuple[NeedRow, ...] = ()
    handoffs: tuple[HandoffRow, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()

    def counted_leads(self) -> tuple[LeadFact, ...]:
        """Every lead that may count in a figure, in the order given."""
        return tuple(lead for lead in self.leads if not lead.is_test and not lead.merged)


@dataclass(frozen=True)
class Clock:
    """What has happened by `as_of` and was learnt by `known_at`, both inclusive."""

    as_of: datetime
    known_at: datetime

    def knows(self, at: datetime, recorded_at: datetime) -> bool:
        return at <= self.as_of and recorded_at <= self.known_at

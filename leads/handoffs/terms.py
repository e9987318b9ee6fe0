"""The terms of a handoff rule, as types: which leads, from where to where, who gets them, by when, and how they come back.

Rules are tried in the order of `order` (then key); the first whose criteria a lead meets is the one. Conditions are those of lead
definitions, scores excepted.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from alignment.agreements.kinds import Terms
from leads.definitions.terms import Criteria

KIND = "handoff_rule"
"""What agreements on handoffs are called; the key is a short name of the rule."""

Name = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
MOST_HOURS = 8_760
MOST_ROWS = 500


class Span(Terms):
    """So many hours: of working time by the receiver's calendar (`business`), or by the clock."""

    hours: Annotated[float, Field(gt=0, le=MOST_HOURS)]
    business: bool = True


class Pool(Terms):
    """The people among whom one is chosen: those of a team, or some of them by name.

    `skill` names a text field of the lead (`lead.attributes.language`): who is chosen has its value among their skills.
    """

    team: int
    people: Annotated[list[int], Field(min_length=1, max_length=MOST_ROWS)] | None = None
    skill: Name | None = None


class CompanyOwner(Terms):
    """Whoever holds the company's latest lead that is with sales, or its latest open deal."""

    strategy: Literal["company_owner"]


class Account(Terms):
    """A company by its name or domain, and the person who looks after it."""

    company: Annotated[str, Field(min_length=1, max_length=300)]
    person: int


class NamedAccount(Terms):
    """Accounts that somebody looks after."""

    strategy: Literal["named_account"]
    accounts: Annotated[list[Account], Field(min_length=1, max_length=MOST_ROWS)]


class TableRow(Terms):
    """Where the field has one of these values, the lead goes by turns, weighted by capacity, to the pool."""

    values: Annotated[list[Name], Field(min_length=1, max_length=200)]
    to: Pool


class Table(Terms):
    """Territories, segments, languages: rows of values of one text field (`lead.territory`, `lead.country`, …)."""

    strategy: Literal["table"]
    field: Name
    rows: Annotated[list[TableRow], Field(min_length=1, max_length=MOST_ROWS)]


class RoundRobin(Terms):
    """Everybody in turn, alike."""

    strategy: Literal["round_robin"]
    pool: Pool


class Weighted(Terms):
    """In turn, in proportion to capacity."""

    strategy: Literal["weighted"]
    pool: Pool


class LeastLoaded(Terms):
    """Whoever has the fewest leads in hand for their capacity."""

    strategy: Literal["least_loaded"]
    pool: Pool


class Queue(Terms):
    """Nobody in particular: anybody of the team may accept. Always finds a receiver if the team has anybody active."""

    strategy: Literal["queue"]
    team: int


Routing = Annotated[
    CompanyOwner | NamedAccount | Table | RoundRobin | Weighted | LeastLoaded | Queue, Field(discriminator="strategy")
]


class Place(Terms):
    """A stage, and the side that holds the lead in it."""

    stage: Name
    side: Literal["marketing", "sales", "partner"]


class Reason(Terms):
    """Why a lead may come back, and what happens then.

    `recycle` sends it into the funnel's recycled stage (and into a nurture campaign), `disqualify` ends it, `reroute` offers it
    to somebody else. Before `cool_off_days` × 24 h it is not offered again. `note`: a sentence is asked for.
    """

    key: Key
    title: Name
    next: Literal["recycle", "disqualify", "reroute"]
    campaign: int | None = None
    cool_off_days: Annotated[int, Field(ge=0, le=3_650)] = 0
    note: bool = False


class HoldReason(Terms):
    """What may be waited for, and for how many hours by the clock at most."""

    key: Key
    title: Name
    most_hours: Annotated[float, Field(gt=0, le=MOST_HOURS)]


class Escalation(Terms):
    """Who is told when so much time has passed after a missed deadline."""

    after: Span
    to: Literal["receiver_lead", "both_leads"]


class HandoffRule(Terms):
    """One rule of handing leads over.

    `remind_at` is the share of the agreed time after which the receiver is reminded; from then on the clock is at risk.
    `expire_after`, counted from the missed deadline to accept, takes the offer back and offers it to the next; None: never.
    `bounce_limit`: after so many returns in one pass the machine offers no more and tells both leads.
    `re_entry`: whether a lead that came back may be offered again as it is, or only after something new (an inbound touch).
    """

    title: Name
    order: Annotated[int, Field(ge=1, le=1_000)] = 100
    criteria: Criteria
    from_: Annotated[Place, Field(alias="from")]
    to: Place
    routing: Annotated[list[Routing], Field(min_length=1, max_length=20)]
    accept_within: Span
    contact_within: Span
    remind_at: Annotated[float, Field(gt=0, lt=1)] | None = 0.75
    escalate: Annotated[list[Escalation], Field(max_length=5)] = []
    expire_after: Span | None = None
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=50)]
    holds: Annotated[list[HoldReason], Field(max_length=20)] = []
    bounce_limit: Annotated[int, Field(ge=1, le=20)] = 3
    re_entry: Literal["as_it_is", "something_new"] = "as_it_is"

    model_config = {**Terms.model_config, "populate_by_name": True}

    def reason(self, key: str | None) -> Reason | None:
        """The agreed reason of that key."""
        return next((reason for reason in self.reasons if reason.key == key), None)

    def hold(self, key: str) -> HoldReason | None:
        """The agreed reason to wait of that key."""
        return next((hold for hold in self.holds if hold.key == key), None)

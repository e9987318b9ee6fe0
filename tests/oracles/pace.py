"""How many qualified, were offered, accepted and spoken with in each week, and how many waited at its end?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracles.facts import LeadId, World
from tests.oracles.handoffs import ACCEPTED, HandoffRow, Outreach, happened, known_handoffs
from tests.oracles.question import Question
from tests.oracles.zones import start_of_day, week_key


@dataclass(frozen=True)
class NeedRow:
    """A lead that qualified for a handoff, until it was offered or was no longer to be."""

    lead: LeadId
    qualified_at: datetime
    recorded_at: datetime
    ended_at: datetime | None
    ended_recorded_at: datetime | None


@dataclass(frozen=True)
class Week:
    qualified: int
    offered: int
    accepted: int
    contacted: int
    waiting: int


def pace(
    world: World,
    needs: Sequence[NeedRow],
    handoffs: Sequence[HandoffRow],
    outreach: Sequence[Outreach],
    question: Question,
) -> dict[str, Week]:
    """By week of the period, as far as as_of."""
    clock = question.clock
    counted = {lead.id for lead in world.counted_leads()}
    known_needs = [need for need in needs if need.lead in counted and clock.knows(need.qualified_at, need.recorded_at)]
    known = known_handoffs(world, handoffs, outreach, clock)
    came_back = {(row.lead, at) for row in handoffs for at in (row.decided_at, row.returned_at) if at is not None}
    accepted = [one for one in known if one.state == ACCEPTED]
    events: list[tuple[str, datetime | None]] = [
        *(("qualified", need.qualified_at) for need in known_needs if (need.lead, need.qualified_at) not in came_back),
        *(("offered", one.row.offered_at) for one in known),
        *(("accepted", one.decided_at) for one in accepted),
        *(("contacted", one.contacted_at) for one in accepted),
    ]
    tally = Counter(
        (what, week_key(at, question.zone))
        for what, at in events
        if at is not None and at <= question.as_of and question.covers(at)
    )
    waits = [
        *(
            (need.qualified_at, need.ended_at if happened(need.ended_at, need.ended_recorded_at, clock) else None)
            for need in known_needs
        ),
        *((one.row.offered_at, one.decided_at) for one in known),
    ]
    found = {}
    for name, end in _weeks(question):
        waiting = sum(since < end and (until is None or until >= end) for since, until in waits)
        found[name] = Week(
            qualified=tally["qualified", name],
            offered=tally["offered", name],
            accepted=tally["accepted", name],
            contacted=tally["contacted", name],
            waiting=waiting,
        )
    return found


def _weeks(question: Question) -> list[tuple[str, datetime]]:
    """Each week with its end: that of the period or just after as_of, if that comes first."""
    last = min(start_of_day(question.end, question.zone), question.as_of + timedelta(microseconds=1))
    found: dict[str, datetime] = {}
    day = question.start
    while start_of_day(day, question.zone) < last:
        following = day + timedelta(days=1)
        found[week_key(start_of_day(day, question.zone), question.zone)] = min(
            start_of_day(following, question.zone), last
        )
        day = following
    return list(found.items())

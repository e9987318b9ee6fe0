"""Were offers taken up and leads spoken with in the agreed time, and what became of offers?

By the definitions: a deadline counts in the period in which it lies, once it has passed. In time is at or before it. What was
taken back before its deadline does not count, after it is a miss. Contact is asked of accepted ones only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracles.cuts import Key
from tests.oracles.facts import World
from tests.oracles.handoffs import (
    ACCEPTED,
    EXPIRED,
    OFFERED,
    REJECTED,
    WITHDRAWN,
    HandedCuts,
    HandoffRow,
    KnownHandoff,
    Outreach,
    known_handoffs,
    pass_at,
    passes,
)
from tests.oracles.percentiles import MICROSECOND, percentile_seconds, round_half_up
from tests.oracles.question import Question
from tests.oracles.stage_set import StageSet

QUANTILES = (Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))


@dataclass
class Tally:
    """Everything that is told of one group."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    from_offer: list[timedelta] = field(default_factory=list)
    speed: list[timedelta] = field(default_factory=list)
    waiting: list[timedelta] = field(default_factory=list)

    def quantiles(self, waits: Sequence[timedelta]) -> tuple[int | None, ...]:
        return tuple(percentile_seconds(waits, p) for p in QUANTILES)

    def median_with_censored(self) -> int | None:
        """Kaplan–Meier over exact fractions: the least time at which at most half are left; events before censorings."""
        left, at_risk = Fraction(1), len(self.speed) + len(self.waiting)
        for moment in sorted({*self.speed, *self.waiting}):
            events = self.speed.count(moment)
            if events:
                left *= 1 - Fraction(events, at_risk)
            if left <= Fraction(1, 2):
                return round_half_up(Fraction(moment // MICROSECOND, 1_000_000))
            at_risk -= events + self.waiting.count(moment)
        return None


def acceptance(
    world: World, handoffs: Sequence[HandoffRow], outreach: Sequence[Outreach], question: Question
) -> dict[Key, Tally]:
    """By group, what became of what was offered in the period."""
    found = _groups(world, handoffs, outreach, question)
    for one, tally in _in_period(world, handoffs, outreach, question, lambda known: known.row.offered_at, found):
        tally.counts["offered"] += 1
        tally.counts["open" if one.state == OFFERED else one.state] += 1
        if one.returned_at is not None:
            tally.counts["returned"] += 1
        if one.state == REJECTED or one.returned_at is not None:
            tally.reasons[one.state, one.reason] += 1
    return found


def sla(
    world: World,
    stages: StageSet,
    handoffs: Sequence[HandoffRow],
    outreach: Sequence[Outreach],
    question: Question,
) -> dict[Key, Tally]:
    """By group, both clocks and the speeds; business time is not told."""
    found = _groups(world, handoffs, outreach, question)
    for one, tally in _in_period(world, handoffs, outreach, question, lambda known: known.accept_by, found):
        _accept(one, tally.counts)
    for one, tally in _in_period(world, handoffs, outreach, question, lambda known: known.contact_by, found):
        if one.state == ACCEPTED:
            assert one.contact_by is not None
            tally.counts["contact_n"] += 1
            late = one.contacted_at is not None and one.contacted_at > one.contact_by
            tally.counts[f"contact_{'open' if one.contacted_at is None else 'late' if late else 'met'}"] += 1
    _speeds(world, stages, handoffs, outreach, question, found)
    return found


def _accept(one: KnownHandoff, counts: Counter[str]) -> None:
    assert one.accept_by is not None
    in_time = one.decided_at is not None and one.decided_at <= one.accept_by
    if one.state in (ACCEPTED, REJECTED, EXPIRED):
        counts["decided"] += 1
        counts["rejected"] += one.state == REJECTED
    if one.state == WITHDRAWN and in_time:
        return
    counts["accept_n"] += 1
    if one.state in (ACCEPTED, REJECTED):
        counts["accept_met" if in_time else "accept_late"] += 1
    else:
        counts[f"accept_{ {OFFERED: 'open', EXPIRED: 'expired', WITHDRAWN: 'withdrawn'}[one.state] }"] += 1


def _speeds(
    world: World,
    stages: StageSet,
    handoffs: Sequence[HandoffRow],
    outreach: Sequence[Outreach],
    question: Question,
    found: dict[Key, Tally],
) -> None:
    lives = passes(world, stages, question.known_at)
    seen: set[tuple[object, int | None]] = set()
    firsts = []
    for one in known_handoffs(world, handoffs, outreach, question.clock):
        within = pass_at(lives[one.lead.id], one.row.offered_at)
        mark = (one.lead.id, within.number if within else None)
        if mark not in seen:
            seen.add(mark)
            firsts.append((one, within))
    cuts = HandedCuts(world, question)
    for one, within in firsts:
        when = one.contact_by
        if when is None or not question.covers(when) or when > question.as_of or not cuts.admits(one, when):
            continue
        tally = found.setdefault(cuts.key(one, when), Tally())
        contact = one.contacted_at
        if within is not None and within.ended is not None and contact is not None and contact >= within.ended:
            contact = None
        tally.counts["first_offers"] += 1
        forward = (
            within.forward_at if within and within.forward_at and within.forward_at <= one.row.offered_at else None
        )
        if contact is not None:
            tally.counts["contacted"] += 1
            tally.from_offer.append(contact - one.row.offered_at)
            if forward is not None:
                tally.speed.append(contact - forward)
        elif forward is not None:
            tally.waiting.append(question.as_of - forward)


def _groups(
    world: World, handoffs: Sequence[HandoffRow], outreach: Sequence[Outreach], question: Question
) -> dict[Key, Tally]:
    """Every group of a handoff there is, months and weeks apart."""
    cuts = HandedCuts(world, question)
    if not question.by:
        return {(): Tally()}
    if cuts.only_with_rows:
        return {}
    every = known_handoffs(world, handoffs, outreach, question.clock)
    return {cuts.key(one, one.row.offered_at): Tally() for one in every if cuts.admits(one, one.row.offered_at)}


def _in_period(
    world: World,
    handoffs: Sequence[HandoffRow],
    outreach: Sequence[Outreach],
    question: Question,
    moment: Callable[[KnownHandoff], datetime | None],
    found: defaultdict[Key, Tally] | dict[Key, Tally],
) -> list[tuple[KnownHandoff, Tally]]:
    cuts = HandedCuts(world, question)
    rows = []
    for one in known_handoffs(world, handoffs, outreach, question.clock):
        when = moment(one)
        if when is not None and question.covers(when) and when <= question.as_of and cuts.admits(one, when):
            rows.append((one, found.setdefault(cuts.key(one, when), Tally())))
    return rows

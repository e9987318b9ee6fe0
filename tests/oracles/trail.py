"""Who handed leads to whom, how long had they held them, and which leads went from A to B and back to A?

The holders of a lead are the values of its log in the order of time: unknown ones are passed over, and the same one twice in a
row is one. A hand-over is the moment at which the holder changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypedDict

from tests.oracles.cuts import Cuts, HeldValues
from tests.oracles.facts import LeadId, World
from tests.oracles.percentiles import MEDIAN, percentile_seconds
from tests.oracles.question import Question
from tests.oracles.zones import start_of_day

Holding = tuple[datetime, str]
PARTNER_IS = {"partner": "sales"}


class Pair(TypedDict):
    n: int
    p50_seconds: int | None


@dataclass(frozen=True)
class Trail:
    """`pairs` by (from, to)."""

    leads: int
    handovers: int
    mean_per_lead: float | None
    pingpong_leads: int
    pingpong: int
    pairs: Mapping[tuple[str, str], Pair]


def trail(world: World, question: Question, between: str, sides: Mapping[str, str]) -> Trail:
    """`sides` says the side of every team, by name."""
    held = HeldValues(world, question.clock)
    cuts = Cuts(world, question)
    end = min(start_of_day(question.end, question.zone) - timedelta(microseconds=1), question.as_of)
    names: dict[str, Callable[[str], str]] = {
        "owner": str,
        "team": str,
        "side": lambda team: PARTNER_IS.get(sides[team], sides[team]),
    }
    with_holder: set[LeadId] = set()
    spans: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    back: list[LeadId] = []
    for lead in world.counted_leads():
        if not cuts.admits(lead, end):
            continue
        told = held.timeline(lead.id, "owner" if between == "owner" else "team")
        known = [(at, names[between](name)) for at, name in told if name is not None and at <= end]
        holders = without_repeats(known)
        if holders:
            with_holder.add(lead.id)
        for place in range(1, len(holders)):
            (since, giver), (at, taker) = holders[place - 1], holders[place]
            if question.covers(at):
                spans[giver, taker].append(at - since)
                if place > 1 and holders[place - 2][1] == taker:
                    back.append(lead.id)
    handovers = sum(len(found) for found in spans.values())
    return Trail(
        leads=len(with_holder),
        handovers=handovers,
        mean_per_lead=float(Fraction(handovers, len(with_holder))) if with_holder else None,
        pingpong_leads=len(set(back)),
        pingpong=len(back),
        pairs={
            pair: {"n": len(found), "p50_seconds": percentile_seconds(found, MEDIAN)} for pair, found in spans.items()
        },
    )


def without_repeats(holdings: list[Holding]) -> list[Holding]:
    """Each holder from when they began to hold."""
    return [one for n, one in enumerate(holdings) if n == 0 or holdings[n - 1][1] != one[1]]

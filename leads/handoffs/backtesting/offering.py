"""Whom would a rule have offered, and when? Each lead once a stay: at the first moment at which it stood there and met the criteria.

Other rules of the same stage take part: the one whose moment comes first has the lead, of the same moment the one tried earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from alignment.agreements.kinds import Report
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import stage_set
from leads.handoffs.backtesting.queries.stays import Stay, first_met, stays
from leads.handoffs.routing.agreed import Rule
from leads.handoffs.terms import HandoffRule

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A lead that the rule would have offered at `at`; `taken_by`: the key of another rule that would have had it."""

    lead_id: int
    at: datetime
    pass_number: int
    taken_by: str | None = None


def offers_of(
    rule: HandoffRule, key: str, others: Sequence[Rule], *, start: datetime, end: datetime, report: Report
) -> list[Offer]:
    """In order of time, then of the lead. `report` is told how far it is, 0 to 1."""
    begins = stage_set().alike(rule.from_.stage)
    found = stays(begins, start, end)
    rivals = [one for one in others if one.key != key and one.terms.from_.stage in begins]
    whole = 1 + len(rivals)
    moments = _moments(rule, found, end, lambda share: report(share / whole))
    met = {one.id: one for one in found if one.id in moments and _stands(one, moments[one.id], start)}
    taken: dict[int, tuple[datetime, int, str]] = {}
    for n, rival in enumerate(rivals, 1):
        theirs = _moments(rival.terms, list(met.values()), end, lambda share, n=n: report((n + share) / whole))  # type: ignore[misc]
        for stay, at in theirs.items():
            place = (at, rival.terms.order, rival.key)
            if place < (moments[stay], rule.order, key) and place < taken.get(stay, (end, 0, "")):
                taken[stay] = place
    offers = [
        Offer(stay.lead_id, moments[stay.id], stay.pass_number, taken[stay.id][2] if stay.id in taken else None)
        for stay in met.values()
    ]
    return sorted(offers, key=lambda one: (one.at, one.lead_id))


def _stands(stay: Stay, at: datetime, start: datetime) -> bool:
    """Whether the lead met it while it stood there, and not before these days."""
    return at >= start and (stay.until is None or at < stay.until)


def _moments(rule: HandoffRule, asked: Sequence[Stay], end: datetime, report: Report) -> Mapping[int, datetime]:
    """By stay, when its lead first met the criteria, batch by batch; a lead's several stays go one after another."""
    definition, found, done = LeadDefinition(criteria=rule.criteria), dict[int, datetime](), 0
    in_turns = sorted(asked, key=lambda one: (one.turn, one.lead_id))
    for _turn, group in groupby(in_turns, key=lambda one: one.turn):
        alike = list(group)
        for first in range(0, len(alike), BATCH):
            batch = alike[first : first + BATCH]
            found.update(first_met(definition, batch, end))
            done += len(batch)
            report(done / len(in_turns))
    return found

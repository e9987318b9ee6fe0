"""Which rows of the stage log does a set of deals cause?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tests.oracles.facts import DealId, DealRow, LeadId
from tests.oracles.value_at_risk import began

ORDER = ("opportunity", "won", "lost", "loyal")


@dataclass(frozen=True)
class CausedRow:
    """`deal` moves `lead` to the stage `to` at `at`."""

    deal: DealId
    lead: LeadId
    to: str
    at: datetime


def caused_rows(deals: tuple[DealRow, ...]) -> list[CausedRow]:
    """In order of time; at the same instant an opening comes first and loyalty last."""
    rows = [*openings(deals), *wins(deals), *losses(deals), *loyalties(deals)]
    return sorted(rows, key=lambda row: (row.at, ORDER.index(row.to), str(row.deal)))


def openings(deals: tuple[DealRow, ...]) -> list[CausedRow]:
    """Without a known opening no opportunity is made up."""
    return [
        CausedRow(d.id, d.lead, "opportunity", d.opened_at)
        for d in deals
        if d.lead is not None and d.opened_at is not None
    ]


def wins(deals: tuple[DealRow, ...]) -> list[CausedRow]:
    return [
        CausedRow(d.id, d.lead, "won", d.closed_at)
        for d in deals
        if d.status == "won" and d.lead is not None and d.closed_at is not None
    ]


def losses(deals: tuple[DealRow, ...]) -> list[CausedRow]:
    """A loss moves the lead only if it has no other deal that is open or won at that instant."""
    rows: list[CausedRow] = []
    for deal in deals:
        if deal.status == "lost" and deal.lead is not None and deal.closed_at is not None:
            others = [d for d in deals if d.lead == deal.lead and d.id != deal.id]
            if not any(open_or_won(other, deal.closed_at) for other in others):
                rows.append(CausedRow(deal.id, deal.lead, "lost", deal.closed_at))
    return rows


def open_or_won(deal: DealRow, at: datetime) -> bool:
    """A deal whose dates are not known counts by what it is now."""
    if deal.closed_at is None:
        return deal.status != "lost" and (deal.opened_at is None or deal.opened_at <= at)
    is_open = began(deal) <= at < deal.closed_at
    return is_open or (deal.status == "won" and deal.closed_at <= at)


def loyalties(deals: tuple[DealRow, ...]) -> list[CausedRow]:
    """The second won deal of a company makes the lead of its first loyal."""
    by_company: dict[str, list[tuple[datetime, DealId, DealRow]]] = defaultdict(list)
    for deal in deals:
        if deal.status == "won" and deal.company is not None and deal.closed_at is not None:
            by_company[deal.company].append((deal.closed_at, deal.id, deal))
    rows: list[CausedRow] = []
    for won in by_company.values():
        ordered = sorted(won, key=lambda entry: entry[:2])
        if len(ordered) > 1 and (lead := ordered[0][2].lead) is not None:
            at, second, _ = ordered[1]
            rows.append(CausedRow(second, lead, "loyal", at))
    return rows

"""What is at risk by everything that leaks, in all and for each kind and side, and which leads may cost most? For the leakage report.

Leads that are worth the same are counted together, so that the answer takes one statement and a few thousand rows, however many leak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kpis.leaks.kinds import KINDS
from kpis.leaks.queries.amounts import Kindred, Money
from kpis.leaks.queries.flags import Flag, Flags
from kpis.leaks.queries.worths import Worth, leads_of, read_worths
from kpis.leaks.value import Past
from kpis.money.amounts import as_money, in_minor_units

EVERY = ""
"""In place of a kind, or of a side: all of them."""

PLACES = tuple((kind.key, side) for kind in KINDS for side in ("marketing", "sales"))
Place = tuple[bool, Decimal, int]
MOST = 80


class Worths:
    """The worth of what leaks by `flags`, as `past` says."""

    def __init__(self, flags: Flags, past: Past, money: Money) -> None:
        self._flags, self._money, self._currency = flags, money, money.currency
        self._worths = read_worths(flags, PLACES, money)
        self._amounts = {
            kindred: past.worth(kindred, money.currency)
            for kindred in dict.fromkeys(worth.kindred for worth in self._worths)
        }

    def total(self) -> dict[str, object]:
        """`value_at_risk`, and how many have no value: each deal, else lead, once."""
        return self._sum(self._worths)

    def by_place(self) -> dict[tuple[str, str], dict[str, object]]:
        """The same for each kind and side, and for all (`EVERY`) of the one or the other: kinds do not add up."""
        found: dict[tuple[str, str], list[Worth]] = defaultdict(list)
        for worth in self._worths:
            there = {place for kind, side in worth.places for place in ((kind, side), (kind, EVERY), (EVERY, side))}
            for place in (*there, (EVERY, EVERY)):
                found[place].append(worth)
        return {place: self._sum(worths) for place, worths in found.items()}

    def dearest(
        self, *, limit: int | None, after: Place | None
    ) -> tuple[list[Flag], dict[int, Decimal | None], Place | None]:
        """The open flags of the `limit` leads with most at risk behind `after`, what each lead may cost, and the place behind which the
        rest begins. Leads whose value is not known come last; of the same value, the lower id first.
        """
        ordered = sorted({_rank(amount) for amount in self._amounts.values()})
        rank_of = {rank: n for n, rank in enumerate(ordered)}
        behind = (-1, 0) if after is None else _behind(ordered, after)
        wanted = {kindred: rank_of[_rank(amount)] for kindred, amount in self._amounts.items()}
        wanted = self._enough(wanted, behind, limit)
        more = None if limit is None else limit + 1
        found = leads_of(self._flags, PLACES, self._money, wanted, behind=behind, limit=more) if wanted else []
        shown = found[:limit]
        flags = self._flags.open_of([lead for lead, _rank in shown])
        values = {lead: None if ordered[rank][0] else -ordered[rank][1] for lead, rank in shown}
        place = (*ordered[shown[-1][1]], shown[-1][0]) if len(found) > len(shown) else None
        return flags, values, place

    def _enough(self, ranks: Mapping[Kindred, int], behind: tuple[int, int], limit: int | None) -> dict[Kindred, int]:
        """Of these worths the first ones behind a place that have more than `limit` leads, and all of the same rank as the last."""
        leads: dict[int, int] = defaultdict(int)
        for worth in self._worths:
            leads[ranks[worth.kindred]] += worth.leads
        last, there = -1, 0
        for rank in sorted(rank for rank in leads if rank >= behind[0]):
            last = rank
            there += leads[rank] if rank > behind[0] else 0
            if limit is not None and there > limit:
                break
        return {kindred: rank for kindred, rank in ranks.items() if behind[0] <= rank <= last}

    def _sum(self, worths: list[Worth]) -> dict[str, object]:
        known, unknown = Decimal(0), 0
        for worth in worths:
            amount = self._amounts[worth.kindred]
            if amount is None:
                unknown += worth.leads
            else:
                known += amount * worth.leads
        return {
            "value_at_risk": as_money(in_minor_units(known, self._currency), self._currency),
            "value_unknown": unknown,
        }


def nothing_at_risk(currency: str) -> dict[str, object]:
    """Where nothing leaks."""
    return {"value_at_risk": as_money(in_minor_units(Decimal(0), currency), currency), "value_unknown": 0}


def _rank(amount: Decimal | None) -> tuple[bool, Decimal]:
    return (amount is None, -(amount or Decimal(0)))


def _behind(ordered: list[tuple[bool, Decimal]], after: Place) -> tuple[int, int]:
    """The place as (rank, lead); an amount that nobody has any more lies between two ranks."""
    unknown, amount, lead = after
    below = sum(rank < (unknown, amount) for rank in ordered)
    there = below < len(ordered) and ordered[below] == (unknown, amount)
    return (below, lead) if there else (below, 0)


def place_text(place: Place) -> str:
    """A place as it stands in an address."""
    unknown, amount, lead = place
    return f"{int(unknown)}_{amount}_{lead}"


def read_place(text: str) -> Place | None:
    """The place that an address names; None where it names none."""
    unknown, _, rest = text[:MOST].partition("_")
    amount, _, lead = rest.partition("_")
    try:
        found = Decimal(amount)
        return (bool(int(unknown)), found, int(lead)) if found.is_finite() else None
    except (ValueError, InvalidOperation):
        return None

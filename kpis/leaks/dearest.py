"""Which open leaks may cost most? The leakage page in the order of the value at risk."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kpis.leaks.queries.flags import Flag, Flags
from kpis.leaks.value import AtRisk

Place = tuple[bool, Decimal, int]
MOST = 80


def dearest(
    flags: Flags, at_risk: Mapping[int, AtRisk], *, limit: int | None, after: Place | None
) -> tuple[list[Flag], Place | None]:
    """The open flags of the `limit` leads with most at risk behind `after`, and the place behind which the rest begins.

    Leads whose value is not known come last; of the same value, the lower id first.
    """
    places = sorted(_place(lead, value.amount) for lead, value in at_risk.items())
    left = [place for place in places if after is None or place > after]
    shown = left[:limit]
    found = flags.open_of([lead for _unknown, _amount, lead in shown])
    return found, shown[-1] if len(left) > len(shown) else None


def _place(lead: int, amount: Decimal | None) -> Place:
    return (amount is None, -(amount or Decimal(0)), lead)


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

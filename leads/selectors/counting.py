"""How many leads are asked for? Never counted over the table on the way of a page: what is few is counted, what is many estimated.

An estimate is the planner's, from its statistics, and says so; the exact number is counted for whoever asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from zoneinfo import ZoneInfo

from alignment.people.selectors import Somebody
from leads.records.models import Lead
from leads.selectors.narrowing import Narrowing
from leads.selectors.walking import Found, planned
from leads.selectors.wanted import Wanted

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class HowMany:
    """A number of leads; one that is not exact is rounded to two figures."""

    n: int
    is_exact: bool


def how_many(
    user: Somebody, wanted: Wanted, found: Found[Lead], *, exactly: bool, zone: ZoneInfo, now: datetime
) -> HowMany:
    """How many leads the list has of which `found` is a page; counted, whatever it takes, where `exactly`."""
    if found.is_whole:
        return HowMany(len(found.page.rows), is_exact=True)
    if found.total is not None:
        return HowMany(found.total, is_exact=True)
    narrowing, seen = Narrowing.of(wanted, zone=zone, now=now), Lead.objects.visible_to(user)
    if exactly:
        return HowMany(narrowing.by_index(seen).count(), is_exact=True)
    expected = planned(narrowing.on_the_way(seen)) if found.is_dense else 0
    if expected <= MOST_COUNTED:
        counted = narrowing.by_index(seen).order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED:
            return HowMany(counted, is_exact=True)
    return HowMany(_rounded(max(expected, MOST_COUNTED)), is_exact=False)


def _rounded(n: int) -> int:
    """To two figures."""
    step = int(10 ** (floor(log10(n)) - 1))
    return (n + step // 2) // step * step

"""The board of campaigns: each with what it cost and brought, and whether it did what was agreed. Read by the page and its files.

There are few campaigns beside leads: all are read and sorted at once, and pages are cut by the value and number of their last row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from alignment.programs.models import Campaign
from kpis.snapshot import one_snapshot
from kpis.verdicts.figures import Figures, all_figures, as_json, from_json
from kpis.verdicts.intervals import Interval, return_interval
from kpis.verdicts.queries.credits import credits_of
from kpis.verdicts.standing import NOT_AGREED, Standing, standings
from leads.selectors.keyset import Mark

Sortable = Decimal | str | None


@dataclass(frozen=True)
class Row:
    """A campaign on the board. `namesakes`: others are called the same, and share its figures."""

    campaign: Campaign
    figures: Figures
    standing: Standing
    namesakes: bool = False
    interval: Interval | None = None


@dataclass(frozen=True)
class Order:
    """A way to sort. `value` None comes last, whichever way it goes."""

    key: str
    title: str
    value: Callable[[Row], Sortable]
    falling: bool


def _of(key: str) -> Callable[[Row], Sortable]:
    return lambda row: row.figures.of(key)


def _when(moment: datetime | None) -> Decimal | None:
    return None if moment is None else Decimal(repr(moment.timestamp()))


ORDERS: dict[str, Order] = {
    order.key: order
    for order in (
        Order("start", "Newest", lambda row: _when(row.campaign.starts_at), falling=True),
        Order("name", "Campaign", lambda row: row.campaign.name.lower(), falling=False),
        Order("spend", "Spend", _of("spend"), falling=True),
        Order("touched", "Leads touched", _of("touched_leads"), falling=True),
        Order("leads", "Leads", _of("leads_created"), falling=True),
        Order("accepted", "Accepted", _of("accepted_leads"), falling=True),
        Order("sales", "Sales", _of("won_deals"), falling=True),
        Order("revenue", "Revenue", _of("credited_revenue"), falling=True),
        Order("return", "Return", _of("roi"), falling=True),
        Order("due", "Verdict due", lambda row: _when(row.standing.due), falling=False),
    )
}
USUAL = "start"


@dataclass(frozen=True)
class Page:
    """Rows, the words for the pages around them, and what could not be known."""

    rows: Sequence[Row]
    total: int
    previous: str
    next: str
    problems: Sequence[str]


@dataclass(frozen=True)
class Counted:
    """What takes long to count: the figures by name of campaign, and how far off returns may be, by number."""

    figures: Mapping[str | None, Figures]
    intervals: Mapping[int, Interval]

    def as_json(self) -> dict[str, Any]:
        """To keep it."""
        return {
            "figures": [[name, as_json(found)] for name, found in self.figures.items()],
            "intervals": [[pk, found.low, found.high] for pk, found in self.intervals.items()],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Counted:
        """As it was kept."""
        figures = {name: from_json(found) for name, found in kept["figures"]}
        return cls(figures, {pk: Interval(low, high) for pk, low, high in kept["intervals"]})


@one_snapshot()
def count_all(now: datetime) -> Counted:
    """Of all campaigns."""
    figures = all_figures(now)
    named = dict(Campaign.objects.values_list("pk", "name"))
    credited = credits_of(named, now)
    found = {
        pk: return_interval(credited.get(pk, ()), figures.get(name, Figures({})).of("spend"), seed=pk)
        for pk, name in named.items()
    }
    return Counted(figures, {pk: interval for pk, interval in found.items() if interval is not None})


@one_snapshot()
def board(
    *,
    now: datetime,
    search: str = "",
    order: str = USUAL,
    after: Mark | None = None,
    size: int | None = None,
    counted: Counted | None = None,
) -> Page:
    """The campaigns whose name, type or status has `search` in it; all of them where no `size` is given. `counted`: what was
    counted already; where its verdicts stand is told as of `now` all the same.
    """
    sorting = ORDERS.get(order, ORDERS[USUAL])
    counted = counted or count_all(now)
    figures = counted.figures
    campaigns = list(Campaign.objects.order_by("id"))
    named = Counter(campaign.name for campaign in campaigns)
    states = standings([campaign.pk for campaign in campaigns], now)
    wanted = search.strip().lower()
    rows = [
        Row(
            campaign,
            figures.get(campaign.name, Figures({})),
            states.get(campaign.pk, NOT_AGREED),
            named[campaign.name] > 1,
            counted.intervals.get(campaign.pk),
        )
        for campaign in campaigns
        if any(wanted in text.lower() for text in (campaign.name, campaign.type, campaign.status))
    ]
    rows.sort(key=lambda row: _place(sorting, row))
    shown, previous, following = _cut(rows, sorting, after, size)
    problems = dict.fromkeys(
        value.problem for found in figures.values() for value in found.values.values() if value.problem
    )
    return Page(shown, len(rows), previous, following, list(problems))


def with_interval(row: Row, now: datetime) -> Row:
    """One row with how far off its return may be."""
    pk = row.campaign.pk
    credited = credits_of([pk], now).get(pk, ())
    return replace(row, interval=return_interval(credited, row.figures.of("spend"), seed=pk))


Place = tuple[bool, Decimal, str, int]


def _place(order: Order, row: Row) -> Place:
    return _key(order, order.value(row), row.campaign.pk)


def _key(order: Order, value: Sortable, pk: int) -> Place:
    number = value if isinstance(value, Decimal) else Decimal(0)
    text = value if isinstance(value, str) else ""
    return (value is None, -number if order.falling else number, text, -pk if order.falling else pk)


def _cut(rows: list[Row], order: Order, mark: Mark | None, size: int | None) -> tuple[list[Row], str, str]:
    if size is None:
        return rows, "", ""
    places = [_place(order, row) for row in rows]
    limit = _limit(order, mark)
    if limit is None or mark is None:
        first = 0
    elif mark.back:
        first = max(0, sum(place < limit for place in places) - size)
    else:
        first = sum(place <= limit for place in places)
    shown = rows[first : first + size]
    before = _word(order, shown[0], back=True) if first and shown else ""
    after = _word(order, shown[-1], back=False) if first + size < len(rows) else ""
    return shown, before, after


def _limit(order: Order, mark: Mark | None) -> Place | None:
    if mark is None:
        return None
    if order.key == "name":
        return _key(order, mark.value, mark.id)
    try:
        number = Decimal(mark.value) if mark.value else None
    except ArithmeticError:
        return None
    return None if number is not None and not number.is_finite() else _key(order, number, mark.id)


def _word(order: Order, row: Row, *, back: bool) -> str:
    value = order.value(row)
    return Mark("" if value is None else str(value), row.campaign.pk, back).word

"""How is a page of a very long list found at the cost of a page, whatever the list is narrowed by?

No index holds every filter in every order, and the planner cannot know where in an order the rows of a filter lie: a walk along the
order for a rare one passes the whole table. So a page is looked for in steps, each of which touches a bounded number of rows. First
the next places of the order, which an index gives, as far as the first of `STRETCHES`: what many rows have is found there. Where too
few were, the rest is gathered by the filters' own indexes and sorted: what has so few among so many is rare. Only where there were
`SOME`, or the planner expects `MANY` further on, a longer stretch is tried before; never for words of a search, of which an index gives
no more rows than there are. What was gathered for a first page is counted on the way. Asked by the list of leads.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db.models import Count, F, Func, Model, QuerySet, Window

from leads.selectors.keyset import Mark, Order, Place, Slice, as_slice, beyond, in_order, is_falling, place_of

Row = TypeVar("Row", bound=Model)
STRETCHES = (4_000, 60_000)
MANY = 50_000
SOME = 5


@dataclass(frozen=True)
class Stream(Generic[Row]):
    """Rows of a list that lie along one index. Streams of a list share no row; together they are the list.

    `near` is asked of a stretch of the order, `rest` of all that is behind it: the same rows, described so that the filters' own
    indexes find them. Both have the order's column. `places` are what the index holds, by `value` and `key`; None: nothing is
    narrowed, any stretch holds a page. `is_searched`: an index finds the rows of `rest` by the words of a search. `described`: as `rest`,
    for the planner's statistics.
    """

    near: QuerySet[Row]
    rest: QuerySet[Row]
    places: QuerySet[Any] | None = None
    value: str = ""
    key: str = "pk"
    is_searched: bool = False
    described: QuerySet[Row] | None = None


@dataclass(frozen=True)
class Nearest(Generic[Row]):
    """The first rows of a stream. `is_dense`: the next places of the order held them; `total`: of the whole stream, if it is known."""

    rows: list[Row]
    is_dense: bool = False
    total: int | None = None


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A page, and whether some stream's part was found along the order: its rows are many, then. `total`: how many there are, where all
    were gathered.
    """

    page: Slice[Row]
    is_dense: bool
    total: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there are no other pages."""
        return not self.page.previous and not self.page.next


def page_along(streams: Sequence[Stream[Row]], order: Order, size: int, mark: Mark | None) -> Found[Row]:
    """The page of `size` rows at `mark`, of all streams together."""
    falling = is_falling(order, mark)
    found = [_nearest(stream, order, size + 1, mark) for stream in streams]
    if len(found) == 1:
        together = found[0].rows
    else:
        rows = [one.rows for one in found]
        by_place = merge(*rows, key=lambda row: (getattr(row, order.column), row.pk), reverse=falling)
        together = list(islice(by_place, size + 1))
    totals = [one.total for one in found if one.total is not None]
    total = sum(totals) if len(totals) == len(found) else None
    return Found(as_slice(together, order, size, mark), any(one.is_dense for one in found), total)


def _nearest(stream: Stream[Row], order: Order, n: int, mark: Mark | None) -> Nearest[Row]:
    """The first `n` rows behind `mark`; from the very first on, what is gathered is counted, too."""
    column, falling, place = order.column, is_falling(order, mark), place_of(order, mark)
    near, rest = stream.near, stream.rest
    described = rest if stream.described is None else stream.described
    if place is not None:
        near = near.filter(beyond(place, column, falling=falling))
        rest = rest.filter(beyond(place, column, falling=falling))
    if stream.places is None:
        return Nearest(list(in_order(near, column, falling=falling)[:n]), is_dense=True)
    found: list[Row] = []
    for stretch in STRETCHES:
        edge = _edge(stream, stream.places, place, stretch, falling=falling)
        if edge is None:  # so few places are left that all of them are near
            found += in_order(near, column, falling=falling)[: n - len(found)]
            return Nearest(found, total=len(found) if mark is None and len(found) < n else None)
        here = near.filter(~beyond(edge, column, falling=falling))
        here = here.filter(**{f"{column}__{'gte' if falling else 'lte'}": edge.value})
        found += in_order(here, column, falling=falling)[: n - len(found)]
        if len(found) == n:
            return Nearest(found, is_dense=True)
        place, after = edge, beyond(edge, column, falling=falling)
        near, rest = near.filter(after), rest.filter(after)
        if stream.is_searched or (len(found) < SOME and planned(described.filter(after)) < MANY):
            break
    rows = _sorted(rest, column, falling=falling)
    if mark is not None:
        return Nearest([*found, *rows[: n - len(found)]])
    gathered: list[Any] = list(rows.annotate(of_these=Window(Count("*")))[: n - len(found)])
    return Nearest([*found, *gathered], total=len(found) + (gathered[0].of_these if gathered else 0))


def planned(rows: QuerySet[Any]) -> int:
    """How many rows the planner expects, by its statistics: no row is read."""
    said = rows.order_by().values("pk").explain(format="json")
    return int(json.loads(said)[0]["Plan"]["Plan Rows"]) if said else 0  # nothing is asked of what cannot be


def _edge(
    stream: Stream[Row], places: QuerySet[Any], place: Place | None, stretch: int, *, falling: bool
) -> Place | None:
    """The last of the next places; None where fewer are left."""
    if place is not None:
        places = places.filter(beyond(place, stream.value, stream.key, falling=falling))
    ordered = in_order(places, stream.value, stream.key, falling=falling).values_list(stream.value, stream.key)
    last = next(iter(ordered[stretch - 1 : stretch]), None)
    return None if last is None else Place(*last)


def _sorted(rows: QuerySet[Row], column: str, *, falling: bool) -> QuerySet[Row]:
    """In the order, by a value that no index holds: gathered first, then sorted."""
    gathered = Func(F(column), F(column), function="GREATEST")
    by = gathered.desc() if falling else gathered.asc()
    return rows.order_by(by, "-pk" if falling else "pk")

"""How is a page of a very long list found at the cost of a page, whatever the list is narrowed by?

No index holds every filter in every order, and the planner cannot know where in an order the rows of a filter lie: a walk along the
order for a rare one passes the whole table. So a page is looked for in steps, each of which touches a bounded number of rows. First
the next places of the order, which an index gives, as far as the first of `STRETCHES`: what many rows have is found there. Where too
few were, the rest is gathered by the filters' own indexes and sorted: what has so few among so many is rare. Only where there were
`SOME`, or the planner expects `MANY` further on, a longer stretch is tried before. Asked by the list of leads.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db.models import F, Func, Model, QuerySet

from leads.selectors.keyset import Mark, Order, Place, Slice, as_slice, beyond, in_order, is_falling, place_of

Row = TypeVar("Row", bound=Model)
STRETCHES = (4_000, 60_000)
MANY = 20_000
SOME = 5


@dataclass(frozen=True)
class Stream(Generic[Row]):
    """Rows of a list that lie along one index. Streams of a list share no row; together they are the list.

    `near` is asked of a stretch of the order, `rest` of all that is behind it: the same rows, described so that the filters' own
    indexes find them. Both have the order's column. `places` are what the index holds, by `value` and `key`; None: nothing is
    narrowed, any stretch holds a page.
    """

    near: QuerySet[Row]
    rest: QuerySet[Row]
    places: QuerySet[Any] | None = None
    value: str = ""
    key: str = "pk"


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A page, and whether it was found along the order: its rows are many, then."""

    page: Slice[Row]
    is_dense: bool

    @property
    def is_whole(self) -> bool:
        """Whether there are no other pages."""
        return not self.page.previous and not self.page.next


def page_along(streams: Sequence[Stream[Row]], order: Order, size: int, mark: Mark | None) -> Found[Row]:
    """The page of `size` rows at `mark`, of all streams together."""
    falling = is_falling(order, mark)
    found = [_nearest(stream, order, size + 1, mark) for stream in streams]
    rows = [rows for rows, _dense in found]
    if len(rows) == 1:
        together = rows[0]
    else:
        by_place = merge(*rows, key=lambda row: (getattr(row, order.column), row.pk), reverse=falling)
        together = list(islice(by_place, size + 1))
    return Found(as_slice(together, order, size, mark), all(dense for _rows, dense in found))


def _nearest(stream: Stream[Row], order: Order, n: int, mark: Mark | None) -> tuple[list[Row], bool]:
    """The first `n` rows behind `mark`, and whether the next places of the order held them."""
    column, falling, place = order.column, is_falling(order, mark), place_of(order, mark)
    near, rest = stream.near, stream.rest
    if place is not None:
        near = near.filter(beyond(place, column, falling=falling))
        rest = rest.filter(beyond(place, column, falling=falling))
    if stream.places is None:
        return list(in_order(near, column, falling=falling)[:n]), True
    found: list[Row] = []
    for stretch in STRETCHES:
        edge = _edge(stream, stream.places, place, stretch, falling=falling)
        if edge is None:  # so few places are left that all of them are near
            return [*found, *in_order(near, column, falling=falling)[: n - len(found)]], False
        here = near.filter(~beyond(edge, column, falling=falling))
        here = here.filter(**{f"{column}__{'gte' if falling else 'lte'}": edge.value})
        found += in_order(here, column, falling=falling)[: n - len(found)]
        if len(found) == n:
            return found, True
        place, after = edge, beyond(edge, column, falling=falling)
        near, rest = near.filter(after), rest.filter(after)
        if len(found) < SOME and planned(rest) < MANY:
            break
    return [*found, *_sorted(rest, column, falling=falling)[: n - len(found)]], False


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

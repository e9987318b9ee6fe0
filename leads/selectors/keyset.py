"""A page of a sorted list without counting: it goes on after the last row of the page before, however far down."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from alignment.documents import unstorable

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column or annotation that is never null, ties by id. `is_moment`: its values are times."""

    key: str
    title: str
    column: str
    descending: bool
    is_moment: bool = True


@dataclass(frozen=True)
class Mark:
    """A row's place in an order. `back`: the page before it is meant, not the one after."""

    value: str
    id: int
    back: bool = False

    @property
    def word(self) -> str:
        """The place as an address carries it."""
        return base64.urlsafe_b64encode(json.dumps([self.value, self.id, self.back]).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Place:
    """A mark as it is compared with: the value as the database has it."""

    value: object
    id: int


def read_mark(word: str) -> Mark | None:
    """The place that an address names; nothing, and so the first page, where it names none."""
    try:
        value, id_, back = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        mark = Mark(str(value), int(id_), bool(back))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    return mark if unstorable(mark.value) is None else None


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page: its rows, and the words for the pages around it."""

    rows: list[Row]
    previous: str
    next: str


def cut(rows: QuerySet[Row], order: Order, size: int, mark: Mark | None) -> Slice[Row]:
    """The page of `size` rows at `mark`. A mark that does not fit the order is the first page."""
    place, falling = place_of(order, mark), is_falling(order, mark)
    if place is not None:
        rows = rows.filter(beyond(place, order.column, falling=falling))
    return as_slice(list(in_order(rows, order.column, falling=falling)[: size + 1]), order, size, mark)


def as_slice(found: Sequence[Row], order: Order, size: int, mark: Mark | None) -> Slice[Row]:
    """The page of which these are the rows in the order in which they were looked for, and one more where there is one."""
    back = mark is not None and mark.back
    more, rows = len(found) > size, list(found[:size])
    if back:
        rows.reverse()
    write: Callable[[Row, bool], str] = lambda row, before: _mark_of(row, order, before).word  # noqa: E731
    has_previous = more if back else place_of(order, mark) is not None
    has_next = True if back else more
    return Slice(
        rows,
        write(rows[0], True) if rows and has_previous else "",
        write(rows[-1], False) if rows and has_next else "",
    )


def sort(rows: QuerySet[Row], order: Order) -> QuerySet[Row]:
    """All rows, as the pages show them."""
    return in_order(rows, order.column, falling=order.descending)


def in_order(rows: QuerySet[Row], column: str, key: str = "pk", *, falling: bool) -> QuerySet[Row]:
    """By the column, ties by the key."""
    sign = "-" if falling else ""
    return rows.order_by(f"{sign}{column}", f"{sign}{key}")


def is_falling(order: Order, mark: Mark | None) -> bool:
    """Whether rows are looked for from the greatest to the least: a page back is looked for from its end."""
    return order.descending != (mark is not None and mark.back)


def place_of(order: Order, mark: Mark | None) -> Place | None:
    """Where a mark stands; None where it does not fit the order."""
    if mark is None:
        return None
    try:
        value = datetime.fromisoformat(mark.value) if order.is_moment else mark.value
    except ValueError:
        return None
    return None if isinstance(value, datetime) and value.tzinfo is None else Place(value, mark.id)


def beyond(place: Place, column: str, key: str = "pk", *, falling: bool) -> Q:
    """What comes after a place; the first part is what an index can use."""
    side = "lt" if falling else "gt"
    after = Q(**{f"{column}__{side}": place.value}) | Q(**{column: place.value, f"{key}__{side}": place.id})
    return Q(**{f"{column}__{side}e": place.value}) & after


def _mark_of(row: Model, order: Order, back: bool) -> Mark:
    value = getattr(row, order.column)
    return Mark(value.isoformat() if isinstance(value, datetime) else str(value), row.pk, back)

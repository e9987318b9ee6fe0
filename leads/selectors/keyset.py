"""A page of a sorted list without counting: it goes on after the last row of the page before, however far down."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
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
    back = mark is not None and mark.back
    place = _condition(order, mark) if mark else None
    if place is not None:
        rows = rows.filter(place)
    falling = order.descending != back
    sign = "-" if falling else ""
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    write: Callable[[Row, bool], str] = lambda row, before: _mark_of(row, order, before).word  # noqa: E731
    has_previous = more if back else place is not None
    has_next = True if back else more
    return Slice(
        found,
        write(found[0], True) if found and has_previous else "",
        write(found[-1], False) if found and has_next else "",
    )


def sort(rows: QuerySet[Row], order: Order) -> QuerySet[Row]:
    """All rows, as the pages show them."""
    sign = "-" if order.descending else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}pk")


def _mark_of(row: Model, order: Order, back: bool) -> Mark:
    value = getattr(row, order.column)
    return Mark(value.isoformat() if isinstance(value, datetime) else str(value), row.pk, back)


def _condition(order: Order, mark: Mark) -> Q | None:
    try:
        value = datetime.fromisoformat(mark.value) if order.is_moment else mark.value
    except ValueError:
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return None
    side = "lt" if order.descending != mark.back else "gt"
    beyond = Q(**{f"{order.column}__{side}": value}) | Q(**{order.column: value, f"pk__{side}": mark.id})
    return Q(**{f"{order.column}__{side}e": value}) & beyond  # the first part is what an index can use

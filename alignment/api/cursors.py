"""How does a caller walk through a long list? Page by page, from the last row seen, never by counting.

A page is found by the sort values of the row at its edge, so rows that come in meanwhile neither shift it nor make
anything appear twice, and the thousandth page costs as much as the first.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from alignment.refusals import Refused

PAGE_SIZE = 50
LARGEST_PAGE = 500
PARAMETERS = ("cursor", "page_size", "order")


@dataclass(frozen=True)
class Cursor:
    """An edge: the order it was cut in, which way to go from it, and the values of the row there."""

    order: str
    backwards: bool
    edge: tuple[str, ...]

    def encode(self) -> str:
        text = json.dumps([self.order, self.backwards, *self.edge], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> Cursor:
    """The cursor in a caller's hands, or `Refused`: it must be one that we gave out."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        order, backwards, *edge = parts
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise invalid_cursor() from error
    if not isinstance(order, str) or not isinstance(backwards, bool) or not all(isinstance(v, str) for v in edge):
        raise invalid_cursor()
    return Cursor(order, backwards, tuple(edge))


def invalid_cursor() -> Refused:
    return Refused("invalid_cursor", "This cursor is not one of ours, or of another list. Start without a cursor.")


class KeysetPagination(BasePagination):
    """`{"results", "next", "previous"}`. The view's `orders` names what `order` may be; its first is the default.

    Each order is a column that is never null, with `-` for descending; `id` breaks ties in the same direction.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        self.size = _page_size(request)
        self.order = order_of(request, getattr(view, "orders", ("id",)))
        text = request.query_params.get("cursor")
        self.cursor = decode(text) if text else None
        if self.cursor and self.cursor.order != self.order:
            raise invalid_cursor()
        backwards = bool(self.cursor and self.cursor.backwards)
        descending = self.order.startswith("-") != backwards
        column = self.order.lstrip("-")
        rows = queryset.order_by(*(("-" if descending else "") + name for name in _columns(column)))
        if self.cursor:
            rows = rows.filter(_beyond(queryset.model, column, self.cursor.edge, descending=descending))
        read: Callable[[Any], Sequence[Any]] = getattr(view, "read_page", list)
        found = read(rows[: self.size + 1])
        self.more = len(found) > self.size
        self.rows = list(found[: self.size][::-1] if backwards else found[: self.size])
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next_link(), "previous": self.previous_link()})

    def next_link(self) -> str | None:
        backwards = bool(self.cursor and self.cursor.backwards)
        return self._link(backwards=False) if self.rows and (self.more or backwards) else None

    def previous_link(self) -> str | None:
        backwards = bool(self.cursor and self.cursor.backwards)
        there_is = self.more if backwards else self.cursor is not None
        return self._link(backwards=True) if self.rows and there_is else None

    def _link(self, *, backwards: bool) -> str:
        row = self.rows[0 if backwards else -1]
        edge = tuple(_text(_of(row, name)) for name in _columns(self.order.lstrip("-")))
        cursor = Cursor(self.order, backwards, edge).encode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        orders = {"type": "string", "enum": list(getattr(view, "orders", ("id",)))}
        return [
            _parameter("cursor", {"type": "string"}, "Where to go on: taken from `next` or `previous`."),
            _parameter("page_size", size, "How many to give at once."),
            _parameter("order", orders, "The first of these by default; `-` is descending."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size")
    if text is None:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_PAGE):
        detail = f"page_size is a whole number from 1 to {LARGEST_PAGE}."
        raise ValidationError({"page_size": detail}, code="invalid_number")
    return int(text)


def order_of(request: Request, orders: Sequence[str]) -> str:
    """The order that is asked for, the first by default; one that there is not is refused."""
    order = request.query_params.get("order") or orders[0]
    if order not in orders:
        raise ValidationError({"order": f"order is one of {', '.join(orders)}."}, code="unknown_order")
    return order


def _columns(column: str) -> tuple[str, ...]:
    return ("id",) if column == "id" else (column, "id")


def _of(row: Any, name: str) -> object:
    """The value of a row, which is an object or a mapping of columns."""
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _beyond(model: type[models.Model], column: str, edge: Sequence[str], *, descending: bool) -> Q:
    """Rows after the edge: `column <= v` lets the index find the place, the rest breaks ties."""
    names = _columns(column)
    if len(edge) != len(names):
        raise invalid_cursor()
    values = [_value(model, name, text) for name, text in zip(names, edge, strict=True)]
    side = "lt" if descending else "gt"
    if len(names) == 1:
        return Q(**{f"id__{side}": values[0]})
    return Q(**{f"{column}__{side}e": values[0]}) & (
        Q(**{f"{column}__{side}": values[0]}) | Q(**{f"id__{side}": values[1]})
    )


def _value(model: type[models.Model], name: str, text: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise invalid_cursor() from error
    try:
        if isinstance(field, models.DateTimeField):
            return datetime.fromisoformat(text)
        return date.fromisoformat(text) if isinstance(field, models.DateField) else int(text)
    except (ValueError, OverflowError) as error:
        raise invalid_cursor() from error

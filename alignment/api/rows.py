"""How does one object or a list of them become rows for a writer, and what became of each? The same words for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rest_framework import serializers

from alignment.api.problems import WHOLE_BODY, flat_errors
from alignment.outcome import RowResult, rejected
from alignment.refusals import FieldError, Refused

MOST_ITEMS = 1000
Row = TypeVar("Row")
Writer = Callable[[list[Row]], Sequence[RowResult]]


class BulkBody(serializers.Serializer[Any]):
    """Up to a thousand objects."""

    items = serializers.ListField(child=serializers.JSONField(), max_length=MOST_ITEMS)


class BulkResult(serializers.Serializer[Any]):
    """What became of one of the items."""

    index = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["created", "updated", "unchanged", "rejected"])
    id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_null=True, help_text="Why it was rejected.")
    detail = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True, help_text="The field at fault.")


class BulkResults(serializers.Serializer[Any]):
    """One result an item, in order."""

    results = BulkResult(many=True)


def write_one(row: Row, write: Writer[Row]) -> RowResult:
    """Write a single row, or `Refused` with its field."""
    result = write([row])[0]
    if result.status == "rejected":
        raise refusal_of_row(result)
    return result


def refusal_of_row(result: RowResult) -> Refused:
    """A row set aside, as a refusal."""
    detail = result.detail or "This cannot be taken."
    if result.code == "erased":
        return Refused("erased", detail, status=409)
    return Refused("invalid_fields", detail, [FieldError(result.field or WHOLE_BODY, result.code or "invalid", detail)])


def write_many(data: object, body: type[Any], write: Writer[Any]) -> dict[str, Any]:
    """Write `{"items": […]}`; each item fares for itself. `body` is the serializer of one item, with a method `row`."""
    items = _items(data)
    results: dict[int, RowResult] = {}
    rows, places = [], []
    for index, item in enumerate(items):
        one = body(data=item)
        if one.is_valid():
            rows.append(one.row())
            places.append(index)
        else:
            error = next(flat_errors(one.errors))
            results[index] = rejected(index, error.field or None, error.code, error.detail)
    for place, result in zip(places, write(rows) if rows else [], strict=True):
        results[place] = result.at(place)
    return {"results": [_document(results[index]) for index in range(len(items))]}


def _items(data: object) -> list[object]:
    if not isinstance(data, dict) or set(data) != {"items"} or not isinstance(data["items"], list):
        raise serializers.ValidationError({"items": "Send an object with one field, items, that is a list."})
    if len(data["items"]) > MOST_ITEMS:
        raise serializers.ValidationError({"items": f"At most {MOST_ITEMS} items at once."}, code="too_many_items")
    return data["items"]


def _document(result: RowResult) -> dict[str, Any]:
    return {
        "index": result.index,
        "status": result.status,
        "id": result.id,
        "code": result.code or result.warning_code,
        "detail": result.detail or result.warning,
        "field": result.field,
    }

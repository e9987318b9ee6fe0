"""The kinds of value that bodies share: instants, money, free attributes, texts of limited length."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BindingDict

from alignment.cleaning import BLANKS
from alignment.documents import unstorable
from alignment.timezones import FIRST_YEAR, LAST_YEAR, of_our_time


class Text(serializers.CharField):
    """A text; null and an empty one both say "not stated". Numbers and lists are not taken for texts. It loses the blanks around it."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {
            "required": False,
            "allow_null": True,
            "allow_blank": True,
            "max_length": 200,
            "trim_whitespace": False,
        }
        super().__init__(**{**usual, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Most texts need no second look: what prints, and is not too long, loses the blanks around it and that is all."""
        longest = self.max_length or 0
        if type(data) is str and len(data) <= longest and data.isprintable() and (text := data.strip(" ")):
            return text
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("A text is needed here, in quotation marks.", code="invalid_type")
        text = super().to_internal_value(data)
        text = text.strip(BLANKS) if text.strip() else ""
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class Moment(serializers.DateTimeField):
    """An instant as RFC 3339 has it, with its offset."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **kwargs})

    def to_internal_value(self, value: Any) -> datetime:
        sentence = "An instant with its offset is needed here, such as 2024-01-31T09:30:00Z."
        if not isinstance(value, str) or "T" not in value.upper():
            raise serializers.ValidationError(sentence, code="invalid_date")
        try:
            moment = datetime.fromisoformat(value.upper())
            if moment.tzinfo is None:
                raise serializers.ValidationError(sentence, code="invalid_date")
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise serializers.ValidationError(sentence, code="invalid_date") from error
        try:
            return of_our_time(moment)
        except ValueError as error:
            raise serializers.ValidationError(
                f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.", code="invalid_date"
            ) from error


@extend_schema_field(OpenApiTypes.OBJECT)
class Attributes(serializers.Field):  # type: ignore[type-arg]
    """A JSON object of one's own fields."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("An object is needed here.", code="invalid_type")
        if any(not name or len(name) > 200 for name in data):
            raise serializers.ValidationError("A name has 1 to 200 characters.", code="too_long")
        if why := unstorable(data):
            raise serializers.ValidationError(f"The object {why}.", code="invalid_characters")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Body(serializers.Serializer[Any]):
    """A request's body: fields that are not there are refused by name instead of being left out in silence.

    Its fields are made once for all bodies of a kind, as they keep nothing of what they look at, and only what was sent is looked
    at: a thousand bodies come in one request. No field may be named otherwise than it is sent, or be looked at by `validate_NAME`.
    """

    @cached_property
    def fields(self) -> BindingDict:
        return _made(self) if self.partial else _fields_of(type(self))

    def run_validators(self, value: Any) -> None:
        """None but those of its fields: what concerns several of them, `validate` says."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        looked_at = _writable(self.fields) if self.partial else _looked_at(type(self))
        if unknown := sorted(data.keys() - looked_at.keys()):
            raise serializers.ValidationError(
                {name[:200]: [serializers.ErrorDetail("There is no such field.", "unknown_field")] for name in unknown}
            )
        values, errors = {}, {}
        for name, field in looked_at.items():
            if name not in data and not field.required and field.default is serializers.empty:
                continue
            try:
                values[name] = field.run_validation(data.get(name, serializers.empty))
            except serializers.SkipField:
                continue
            except serializers.ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return values


def _made(body: Body) -> BindingDict:
    """Its fields, which look to it for what they need."""
    fields = BindingDict(body)
    for name, field in body.get_fields().items():
        fields[name] = field
    return fields


@cache
def _fields_of(kind: type[Body]) -> BindingDict:
    """The fields of every body of this kind that is stated whole; where one may be partial, each asks its own body."""
    return _made(kind())


@cache
def _looked_at(kind: type[Body]) -> dict[str, Any]:
    return _writable(_fields_of(kind))


def _writable(fields: BindingDict) -> dict[str, Any]:
    return {name: field for name, field in fields.items() if not field.read_only}

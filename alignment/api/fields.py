"""The kinds of value that bodies share: instants, money, free attributes, texts of limited length."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
    """A request's body: fields that are not there are refused by name instead of being left out in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - {name for name, field in self.fields.items() if not field.read_only})
            if unknown:
                raise serializers.ValidationError(
                    {
                        name[:200]: [serializers.ErrorDetail("There is no such field.", "unknown_field")]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)

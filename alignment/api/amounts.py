"""How is money sent and shown? `{"amount": "12.30", "currency": "EUR"}`, from two columns and into two fields."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.api.money import money


class MoneyDocument(serializers.Serializer[dict[str, str]]):
    """An amount and its currency."""

    amount = serializers.DecimalField(max_digits=18, decimal_places=4, help_text="A decimal, as a text: 12.30.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="Three capital letters, as ISO 4217 has them.")


@extend_schema_field(MoneyDocument(allow_null=True))
class Money(serializers.SerializerMethodField):
    """Two columns of an object, shown as one: `Money("amount", "currency")`."""

    def __init__(self, amount: str, currency: str = "currency", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount_name, self.currency_name = amount, currency

    def bind(self, field_name: str, parent: Any) -> None:
        serializers.Field.bind(self, field_name, parent)

    def columns(self, _model: type[Model]) -> tuple[str, ...]:
        return self.amount_name, self.currency_name

    def show(self, values: Sequence[Any], _reader: object) -> dict[str, str] | None:
        return money(*values)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        amount: Decimal | None = getattr(value, self.amount_name)
        return money(amount, getattr(value, self.currency_name))


@extend_schema_field(MoneyDocument(allow_null=True))
class Amount(serializers.Field):  # type: ignore[type-arg]
    """`{"amount", "currency"}`, or a plain decimal beside a field `currency`."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            document = MoneyDocument(data=data)
            document.is_valid(raise_exception=True)
            return dict(document.validated_data)
        return {"amount": decimal_of(data), "currency": None}


def decimal_of(data: object) -> Decimal:
    """A number or a text that is one, as a decimal with at most 18 digits, 4 of them behind the point."""
    field = serializers.DecimalField(max_digits=18, decimal_places=4)
    try:
        if isinstance(data, str | int | float) and not isinstance(data, bool):
            return Decimal(field.run_validation(data))
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise serializers.ValidationError("This is not an amount.", code="invalid_amount") from error
    sentence = 'An amount is needed here: {"amount": "12.30", "currency": "EUR"}.'
    raise serializers.ValidationError(sentence, code="invalid_type")


def split_money(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """The fields with the document under `name` as two of them: `name` and `currency`."""
    sent = fields.get(name)
    if sent is not None:
        fields[name] = sent["amount"]
        fields["currency"] = sent["currency"] or fields.get("currency")
    return fields

"""What may be sent about campaigns, spend and outside numbers: the fields of an import's rows, by the same names."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alignment.api.amounts import Amount, split_money
from alignment.api.fields import Attributes, Body, Moment, Text
from alignment.programs.save import CampaignRow, SeriesRow, SpendRow


class CampaignFields(Body):
    """What can be said of a campaign."""

    name = Text(max_length=300)
    type = Text(max_length=100)
    status = Text(max_length=100)
    starts_at = Moment()
    ends_at = Moment()
    budget = Amount(required=False, allow_null=True, help_text='{"amount": "1000.00", "currency": "EUR"}')
    attributes = Attributes()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return split_money(attrs, "budget")


class CampaignBody(CampaignFields):
    """A campaign to make or bring up to date. Known by system and external_id, else by name."""

    name = serializers.CharField(max_length=300)  # type: ignore[assignment]
    system = Text(max_length=100)
    external_id = Text()

    def row(self) -> CampaignRow:
        """What was sent, for the writer."""
        data = {name: value for name, value in self.validated_data.items() if value is not None and value != ""}
        return CampaignRow(name=data.pop("name"), **data)


class CampaignChanges(CampaignFields):
    """Fields to change; null empties one, what is left out stays."""


class SpendBody(Body):
    """Money spent on one day, or evenly over the days up to `ends_on`; less than 0 is a credit. Known by system and external_id."""

    starts_on = serializers.DateField(help_text="The first day.")
    ends_on = serializers.DateField(required=False, allow_null=True, help_text="The last day; the first by default.")
    amount = Amount(help_text='{"amount": "12.30", "currency": "EUR"}')
    currency = Text(max_length=3, help_text="Where `amount` is a plain decimal; the reporting currency by default.")
    campaign = Text(max_length=300, help_text="The campaign's name.")
    channel = Text()
    source = Text()  # type: ignore[assignment]
    system = Text(max_length=100)
    external_id = Text()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return split_money(attrs, "amount")

    def row(self) -> SpendRow:
        """What was sent, for the writer."""
        data = {name: value for name, value in self.validated_data.items() if value is not None and value != ""}
        return SpendRow(starts_on=data.pop("starts_on"), amount=data.pop("amount"), **data)


class SeriesBody(Body):
    """What an outside number was on a day. Known by everything but its value: sent again, the newest value wins."""

    metric = serializers.CharField(max_length=200, help_text="Such as Visits; the same in every case of its letters.")
    date = serializers.DateField()
    value = serializers.DecimalField(max_digits=28, decimal_places=10)
    campaign = Text(max_length=300, help_text="The campaign's name; of all, where it is left out.")
    channel = Text()
    source = Text()  # type: ignore[assignment]

    def row(self) -> SeriesRow:
        """What was sent, for the writer."""
        data = {name: value for name, value in self.validated_data.items() if value is not None and value != ""}
        return SeriesRow(**data)

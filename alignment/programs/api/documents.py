"""How campaigns, spend and outside numbers are shown."""

from __future__ import annotations

from rest_framework import serializers

from alignment.api.amounts import Money
from alignment.api.fields import Attributes
from alignment.programs.models import Campaign, Series, Spend


class CampaignDocument(serializers.ModelSerializer[Campaign]):
    """Something marketing ran that leads came from."""

    budget = Money("budget")
    attributes = Attributes(read_only=True)

    class Meta:
        model = Campaign
        fields = (
            "id", "system", "external_id", "name", "type", "status", "starts_at", "ends_at", "budget", "attributes", "created_at",
            "version",
        )  # fmt: skip
        read_only_fields = fields


class SpendDocument(serializers.ModelSerializer[Spend]):
    """Money spent over the days from `starts_on` to `ends_on`, both included."""

    amount = Money("amount")
    campaign = serializers.CharField(
        source="campaign.name", default=None, allow_null=True, help_text="The campaign's name."
    )

    class Meta:
        model = Spend
        fields = (
            "id", "system", "external_id", "starts_on", "ends_on", "amount", "campaign", "campaign_id", "channel", "source",
            "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class SeriesDocument(serializers.ModelSerializer[Series]):
    """What an outside number was on a day."""

    value = serializers.SerializerMethodField("plain_value", help_text="A decimal, as a text.")
    campaign = serializers.CharField(
        source="campaign.name", default=None, allow_null=True, help_text="The campaign's name."
    )

    class Meta:
        model = Series
        fields = (
            "id", "metric", "date", "value", "campaign", "campaign_id", "channel", "source", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields

    def plain_value(self, series: Series) -> str:
        """Without noughts that say nothing."""
        return f"{series.value.normalize():f}"

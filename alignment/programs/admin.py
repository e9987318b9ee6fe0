"""Campaigns, spend, outside numbers and exchange rates in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from alignment.programs.models import Campaign, Rate, Series, Spend


@admin.register(Campaign)
class CampaignTable(Table):
    list_display = ("name", "type", "status", "starts_at", "ends_at", "budget", "currency", "system", "external_id")
    search_fields = ("name", "external_id", "=id")


@admin.register(Spend)
class SpendTable(Table):
    list_display = ("starts_on", "ends_on", "amount", "currency", "campaign", "channel", "source")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name", "channel", "source", "=id")


@admin.register(Series)
class SeriesTable(Table):
    list_display = ("metric", "date", "value", "campaign", "channel", "source")
    list_select_related = ("campaign",)
    search_fields = ("metric", "campaign__name", "channel", "source", "=id")


@admin.register(Rate)
class RateTable(Table):
    list_display = ("date", "currency", "rate")
    search_fields = ("currency",)

"""Credits, and what they rest on, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.attribution.models import ChannelEffect, Credit, CreditDue, PastCompany


@admin.register(Credit)
class CreditTable(Table):
    """What each touch of each deal is credited with."""

    list_display = ("id", "deal_id", "place", "channel", "at", "amount_linear", "amount_data_driven")
    search_fields = ("=deal_id", "=lead_id", "=activity_id", "=id")


@admin.register(CreditDue)
class CreditDueTable(Table):
    """Which deals wait to be credited anew."""

    list_display = ("id", "deal_id")
    search_fields = ("=deal_id",)


@admin.register(ChannelEffect)
class ChannelEffectTable(Table):
    """What the data-driven model learnt last."""

    list_display = ("channel", "effect", "conversions")
    search_fields = ("channel",)


@admin.register(PastCompany)
class PastCompanyTable(Table):
    """Which company a lead was of before."""

    list_display = ("lead_id", "company_id", "since", "until")
    search_fields = ("=lead_id", "=company_id")

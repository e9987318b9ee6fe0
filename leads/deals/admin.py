"""Deals in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.deals.models import Deal


@admin.register(Deal)
class DealTable(Table):
    list_display = ("id", "company", "lead", "amount", "currency", "status", "kind", "opened_at", "closed_at", "owner")
    list_filter = ("status", "kind")
    list_select_related = ("company", "lead", "owner")
    search_fields = ("external_id", "company__name", "=lead__id", "=id")

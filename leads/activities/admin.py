"""The log of activities in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.activities.models import Activity


@admin.register(Activity)
class ActivityTable(Table):
    list_display = ("id", "kind", "lead", "at", "direction", "side", "automated", "by", "recorded_at")
    list_filter = ("direction", "side", "automated")
    list_select_related = ("lead", "by")
    search_fields = ("=lead__id", "=external_id", "=kind", "=id")

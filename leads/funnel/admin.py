"""The stage set in the operators' console; it is changed by `manage.py stages load`."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.funnel.models import FunnelVersion, Stage, StageKey


@admin.register(FunnelVersion)
class FunnelVersionTable(Table):
    list_display = ("number", "in_force_from", "created_at")
    search_fields = ("=number",)


@admin.register(Stage)
class StageTable(Table):
    list_display = ("key", "title", "position", "category", "side", "requires_owner", "counts_as", "version")
    list_filter = ("category", "side")
    list_select_related = ("version",)
    search_fields = ("key__key", "title")


@admin.register(StageKey)
class StageKeyTable(Table):
    list_display = ("key",)
    search_fields = ("key",)

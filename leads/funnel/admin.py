"""The stage sets in the operators' console; they are changed by agreement, and before the first one by `manage.py stages load`."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.funnel.models import FunnelVersion, Stage, StageKey


@admin.register(FunnelVersion)
class FunnelVersionTable(Table):
    list_display = ("number", "in_force_from", "created_at", "agreement_version")
    list_select_related = ("agreement_version__agreement",)
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

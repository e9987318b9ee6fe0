"""Consent, and the record of what was removed, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.privacy.models import Consent, Removal


@admin.register(Consent)
class ConsentTable(Table):
    list_display = ("lead", "purpose", "state", "at", "recorded_at", "actor")
    list_filter = ("state",)
    list_select_related = ("lead", "actor")
    search_fields = ("=lead__id", "=purpose")


@admin.register(Removal)
class RemovalTable(Table):
    list_display = ("kind", "at", "actor", "import_id")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("=import_id", "=id")

"""Consent, and the record of what was removed, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.privacy.models import Consent, Discarded, Erased, Removal


@admin.register(Consent)
class ConsentTable(Table):
    list_display = ("lead", "purpose", "state", "source", "at", "recorded_at", "actor")
    list_filter = ("state",)
    list_select_related = ("lead", "actor")
    search_fields = ("=lead__id", "=purpose")


@admin.register(Removal)
class RemovalTable(Table):
    list_display = ("kind", "at", "actor", "import_id")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("=import_id", "=id")


@admin.register(Erased)
class ErasedTable(Table):
    """Names of erased people, as fingerprints that nobody can read."""

    list_display = ("fingerprint", "lead_id", "erased_at")
    search_fields = ("=lead_id",)


@admin.register(Discarded)
class DiscardedTable(Table):
    """Kept files that are to be deleted."""

    list_display = ("name", "noted_at")
    search_fields = ("=name",)

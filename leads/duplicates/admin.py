"""Duplicates and merges in the operators' console: to look at, since every change goes through the services."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.duplicates.models import MatchKey, Merge, Pair, StockRun, ToCompare


@admin.register(Pair)
class PairTable(Table):
    """Leads that may be one person."""

    list_display = ("first", "second", "score", "state", "found_at", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("first", "second", "decided_by")
    search_fields = ("=first__id", "=second__id")


@admin.register(Merge)
class MergeTable(Table):
    """Leads made one by a person's word."""

    list_display = ("survivor", "other", "at", "by", "undone_at", "undone_by")
    list_select_related = ("survivor", "other", "by", "undone_by")
    search_fields = ("=survivor__id", "=other__id")


@admin.register(MatchKey)
class MatchKeyTable(Table):
    """By what leads are found alike."""

    list_display = ("lead", "kind", "key")
    list_filter = ("kind",)
    list_select_related = ("lead",)
    search_fields = ("=lead__id", "=key")


@admin.register(StockRun)
class StockRunTable(Table):
    """All leads compared with one another."""

    list_display = ("started_at", "phase", "done", "total", "finished_at", "by")
    list_select_related = ("by",)


@admin.register(ToCompare)
class ToCompareTable(Table):
    """Leads that wait to be compared."""

    list_display = ("id", "lead_id")
    search_fields = ("=lead_id",)

"""Digests in the operators' console: to look at."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.digests.models import Digest, DigestDeclined


@admin.register(Digest)
class DigestTable(Table):
    list_display = ("week", "readers", "made_at", "told_at")
    list_filter = ("readers",)
    search_fields = ("=week",)


@admin.register(DigestDeclined)
class DigestDeclinedTable(Table):
    list_display = ("user", "since")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")

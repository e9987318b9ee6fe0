"""Answers kept for repeated requests, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.api.models import IdempotencyKey
from alignment.console import Table


@admin.register(IdempotencyKey)
class IdempotencyKeyTable(Table):
    list_display = ("key", "caller", "status", "created_at")
    list_select_related = ("caller",)
    search_fields = ("key", "caller__email")

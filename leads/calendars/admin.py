"""The working time of calendars in the operators' console: what statements count by."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.calendars.models import WorkingSpan


@admin.register(WorkingSpan)
class WorkingSpanTable(Table):
    list_display = ("version", "since", "until", "before")
    list_select_related = ("version__agreement",)
    search_fields = ("=version__id",)

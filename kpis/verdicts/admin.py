"""Verdicts in the operators' console: to look at, since nothing changes them."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.verdicts.models import Verdict


@admin.register(Verdict)
class VerdictTable(Table):
    list_display = ("campaign_name", "metric", "direction", "threshold", "value", "outcome", "as_of", "judged_at")
    list_filter = ("outcome", "metric")
    search_fields = ("campaign_name", "=campaign_id", "=id")

"""KPIs' standings and milestones in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.agreed.models import KpiStanding, MilestoneReached


@admin.register(KpiStanding)
class KpiStandingTable(Table):
    """How each KPI stood when last looked at."""

    list_display = ("key", "period", "computed_at")
    search_fields = ("key", "period")


@admin.register(MilestoneReached)
class MilestoneReachedTable(Table):
    """What was reached, and when."""

    list_display = ("id", "key", "period", "title", "threshold", "reached_at", "taken_back_at")
    search_fields = ("key", "title", "period")

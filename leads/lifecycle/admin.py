"""The log of stages, and what is kept from it, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.lifecycle.models import Progress, StageChange, StageVoid, Stay, Touched, TouchedAll


@admin.register(StageChange)
class StageChangeTable(Table):
    list_display = (
        "id",
        "lead",
        "to",
        "at",
        "recorded_at",
        "cause",
        "actor",
        "by",
        "owner",
        "team",
        "reason",
        "agreement_version",
    )
    list_filter = ("cause",)
    list_select_related = ("lead", "actor", "by", "owner", "team", "agreement_version__agreement")
    search_fields = ("=lead__id", "=to__key", "reason", "=id")


@admin.register(StageVoid)
class StageVoidTable(Table):
    list_display = ("change", "recorded_at", "actor", "reason")
    list_select_related = ("change", "actor")
    search_fields = ("=change__id", "=change__lead__id", "reason")


@admin.register(Stay)
class StayTable(Table):
    list_display = ("change", "lead", "stage", "from_stage", "at", "until", "next_stage", "pass_number")
    list_select_related = ("change", "lead")
    search_fields = ("=lead__id", "=stage")


@admin.register(Progress)
class ProgressTable(Table):
    list_display = ("lead", "stage_since", "pass_number", "version")
    list_select_related = ("lead", "version")
    search_fields = ("=lead__id",)


@admin.register(Touched)
class TouchedTable(Table):
    """Leads that wait to be recomputed."""

    list_display = ("id", "lead_id")
    search_fields = ("=lead_id",)


@admin.register(TouchedAll)
class TouchedAllTable(Table):
    """Changes that concern every lead, and how far their marks are."""

    list_display = ("id", "cursor")
    search_fields = ("=id",)

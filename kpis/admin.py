"""Leaks, their limits, cells and freshness in the operators' console."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from alignment.console import Table, hand_over
from alignment.refusals import Refused
from kpis.leaks.limits import change_limit
from kpis.models import CohortPlace, Freshness, FunnelCell, Leak, LeakLimit
from kpis.tasks import recompute_everything


@admin.register(LeakLimit)
class LeakLimitTable(Table):
    """How long each kind may take before it is a leak; the one table that is set here, until limits are agreed."""

    list_display = ("kind", "limit", "quiet")
    search_fields = ("kind",)
    readonly_fields = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super(Table, self).has_change_permission(request, obj)  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: LeakLimit, form: ModelForm[LeakLimit], change: bool) -> None:
        """Hands the wish to the service; the row itself is not saved here."""
        try:
            change_limit(obj.kind, limit=obj.limit, quiet=obj.quiet)
        except Refused as refused:
            messages.error(request, refused.detail)


@admin.register(Leak)
class LeakTable(Table):
    list_display = ("id", "kind", "lead", "stage", "side", "since", "until", "pass_number")
    list_filter = ("kind", "side")
    list_select_related = ("lead",)
    search_fields = ("=lead__id", "=kind", "=id")


@admin.register(FunnelCell)
class FunnelCellTable(Table):
    list_display = ("day", "source", "position", "reached", "in_window")
    search_fields = ("source",)


@admin.register(CohortPlace)
class CohortPlaceTable(Table):
    """In which cell each lead is counted."""

    list_display = ("lead_id", "day", "source", "furthest", "furthest_in_window")
    search_fields = ("=lead_id", "source")


@admin.register(Freshness)
class FreshnessTable(Table):
    """When each thing was last brought up to date."""

    list_display = ("what", "at", "detail")
    search_fields = ("what",)
    actions = ("recompute",)

    @admin.action(description="Recompute everything from the logs")
    def recompute(self, request: HttpRequest, rows: QuerySet[Freshness]) -> None:
        hand_over(request, rows[:1], lambda _row: recompute_everything.delay(), "recomputing of everything begun")

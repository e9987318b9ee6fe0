"""Leaks, cells and freshness in the operators' console."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from alignment.console import Table, hand_over
from kpis.agreed import admin as agreed_tables  # noqa: F401  registers its own
from kpis.attribution import admin as attribution_tables  # noqa: F401  registers its own
from kpis.digests import admin as digest_tables  # noqa: F401  registers its own
from kpis.forecasts import admin as forecast_tables  # noqa: F401  registers its own
from kpis.metrics.kept import admin as kept_tables  # noqa: F401  registers its own
from kpis.models import Freshness, FunnelCell, KeptPage, Leak, LeakCount
from kpis.scores import admin as score_tables  # noqa: F401  registers its own
from kpis.tasks import recompute_everything
from kpis.verdicts import admin as verdict_tables  # noqa: F401  registers its own


@admin.register(Leak)
class LeakTable(Table):
    list_display = ("id", "kind", "lead", "stage", "side", "since", "until", "pass_number")
    list_filter = ("kind", "side")
    list_select_related = ("lead",)
    search_fields = ("=lead__id", "=kind", "=id")


@admin.register(LeakCount)
class LeakCountTable(Table):
    """Leaks opened and closed, by day."""

    list_display = ("kind", "side", "day", "opened", "closed")
    list_filter = ("kind", "side")
    search_fields = ("=kind",)


@admin.register(FunnelCell)
class FunnelCellTable(Table):
    list_display = ("cut", "value", "start", "day", "furthest", "furthest_in_window", "leads")
    list_filter = ("cut",)
    search_fields = ("value",)


@admin.register(Freshness)
class FreshnessTable(Table):
    """When each thing was last brought up to date."""

    list_display = ("what", "at", "detail")
    search_fields = ("what",)
    actions = ("recompute",)

    @admin.action(description="Recompute everything from the logs")
    def recompute(self, request: HttpRequest, rows: QuerySet[Freshness]) -> None:
        hand_over(request, rows[:1], lambda _row: recompute_everything.delay(), "recomputing of everything begun")


@admin.register(KeptPage)
class KeptPageTable(Table):
    """What pages of a large company are read from, and how long reading it took."""

    list_display = ("key", "at", "seconds")
    search_fields = ("key",)

"""Forecasts and who asked, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.forecasts.models import KeptForecast, Press


@admin.register(KeptForecast)
class KeptForecastTable(Table):
    """What was said on a day, and what came."""

    list_display = ("key", "period", "day", "rehearsed", "low", "median", "high", "came")
    list_filter = ("rehearsed",)
    search_fields = ("key", "period")


@admin.register(Press)
class PressTable(Table):
    """Who asked when."""

    list_display = ("key", "person", "minute")
    list_select_related = ("person",)
    search_fields = ("key",)

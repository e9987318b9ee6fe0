"""Kept values in the operators' console: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.metrics.kept.models import KeptDue, KeptFact, KeptGroup, KeptMark, KeptMetric, KeptValue, Revision


@admin.register(KeptMetric)
class KeptMetricTable(Table):
    list_display = ("id", "key", "windowed")
    search_fields = ("key",)


@admin.register(KeptGroup)
class KeptGroupTable(Table):
    list_display = ("id", "cut", "name")
    search_fields = ("name",)


@admin.register(KeptFact)
class KeptFactTable(Table):
    """What a subject adds to metrics: search by its id."""

    list_display = ("id", "metric_id", "kind", "subject_id", "day", "waits_until", "lines", "unknown", "total")
    search_fields = ("=subject_id",)
    ordering = ("kind", "subject_id")


@admin.register(KeptValue)
class KeptValueTable(Table):
    list_display = ("metric_id", "grain", "first_day", "cut", "group_id", "lines", "unknown", "total", "computed_at")
    search_fields = ("=metric_id",)


@admin.register(Revision)
class RevisionTable(Table):
    list_display = ("metric_id", "grain", "first_day", "cut", "group_id", "old_total", "new_total", "cause", "at")
    search_fields = ("=metric_id",)


@admin.register(KeptMark)
class KeptMarkTable(Table):
    list_display = ("id", "subject", "subject_id", "cause", "at")
    search_fields = ("=subject_id", "=subject")


@admin.register(KeptDue)
class KeptDueTable(Table):
    list_display = ("id", "metric_id", "grain", "first_day", "cause", "at")
    search_fields = ("=metric_id",)

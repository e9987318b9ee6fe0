"""Models, scores and who waits for one in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from kpis.scores.models import ModelVersion, Score, ScoreDue


@admin.register(ModelVersion)
class ModelVersionTable(Table):
    """Every model that was learned or refused."""

    list_display = ("id", "state", "kind", "asked_at", "asked_by", "trained_at", "error")
    list_filter = ("state", "kind")
    list_select_related = ("asked_by",)
    search_fields = ("=id", "=state", "code")


@admin.register(Score)
class ScoreTable(Table):
    """The chance of each open lead."""

    list_display = ("lead", "chance", "version", "computed_at")
    list_select_related = ("lead", "version")
    search_fields = ("=lead__id",)


@admin.register(ScoreDue)
class ScoreDueTable(Table):
    """Who waits for a score."""

    list_display = ("id", "lead_id")
    search_fields = ("=lead_id",)

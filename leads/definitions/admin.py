"""What the qualification job remembers, in the operators' console."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.models import DefinitionRun, Evaluation, FieldsPast, ToQualify
from leads.definitions.suggesting.models import SuggestionRun


@admin.register(ToQualify)
class ToQualifyTable(Table):
    """Leads that wait to be judged by the definitions in force."""

    list_display = ("id", "lead_id")
    search_fields = ("=lead_id",)


@admin.register(Evaluation)
class EvaluationTable(Table):
    list_display = ("lead", "key", "version", "through", "met", "next_at")
    list_filter = ("key", "met")
    list_select_related = ("lead", "version__agreement")
    search_fields = ("=lead__id", "=key")


@admin.register(DefinitionRun)
class DefinitionRunTable(Table):
    """All leads judged anew because a version came into force."""

    list_display = ("version", "total", "done", "moved", "started_at", "finished_at")
    list_select_related = ("version__agreement",)
    search_fields = ("=version__id",)


@admin.register(FieldsPast)
class FieldsPastTable(Table):
    """What fields held before a change, until the leads concerned are judged."""

    list_display = ("id", "lead", "company", "until")
    list_select_related = ("lead", "company")
    search_fields = ("=lead__id", "=company__id")


@admin.register(BacktestLead)
class BacktestLeadTable(Table):
    """Leads behind the numbers of a backtest."""

    list_display = ("backtest", "lead", "this_at", "other_at", "won_at", "lost")
    list_select_related = ("backtest__version__agreement", "lead")
    search_fields = ("=lead__id", "=backtest__id")


@admin.register(SuggestionRun)
class SuggestionRunTable(Table):
    """Wishes for a definition learned from history, and what became of them."""

    list_display = ("key", "asked_by", "asked_at", "state", "version", "error")
    list_filter = ("state",)
    list_select_related = ("asked_by", "version__agreement")
    search_fields = ("=key",)

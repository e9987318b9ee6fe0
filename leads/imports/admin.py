"""Imports in the operators' console: what came in, what was set aside, and taking an import back."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet

from alignment.clock import now
from alignment.console import Operated, Table, hand_over
from leads.imports import service
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import (
    Import,
    ImportBefore,
    ImportError,  # noqa: A004
    ImportLine,
    ImportProfile,
    ImportRepair,
)
from leads.imports.tasks import hurry_next, run_import


@admin.register(Import)
class ImportTable(Table):
    list_display = (
        "id", "kind", "file_name", "state", "dry_run", "rows", "created", "updated", "unchanged", "rejected",
        "repaired", "actor", "created_at",
    )  # fmt: skip
    list_filter = ("state", "kind", "dry_run")
    list_select_related = ("actor",)
    search_fields = ("file_name", "profile_name", "=id")
    actions = ("undo", "stop", "resume")

    @admin.action(description="Undo: take out what it wrote; what was touched since is spared")
    def undo(self, request: Operated, imports: QuerySet[Import]) -> None:
        hand_over(request, imports, lambda row: service.undo(row.pk, now=now(), actor=request.user), "undone")

    @admin.action(description="Stop: go no further; what is in stays until it is resumed or undone")
    def stop(self, request: Operated, imports: QuerySet[Import]) -> None:
        hand_over(request, imports, lambda row: service.stop(row.pk, now=now(), actor=request.user), "stopped")
        transaction.on_commit(hurry_next, robust=True)

    @admin.action(description="Resume what stopped half-way")
    def resume(self, request: Operated, imports: QuerySet[Import]) -> None:
        hand_over(request, imports, lambda row: resume(row.pk), "going on")


def resume(import_id: int) -> None:
    """Let it go on, in a worker."""
    service.resume(import_id)
    transaction.on_commit(partial(run_import.delay, import_id), robust=True)


@admin.register(ImportError)
class ImportErrorTable(Table):
    list_display = ("source", "line", "column", "value", "code", "reason")
    list_select_related = ("source",)
    search_fields = ("=source__id", "code", "value")


@admin.register(ImportBefore)
class ImportBeforeTable(Table):
    list_display = ("source", "table", "object_id", "version_after")
    list_select_related = ("source",)
    search_fields = ("=source__id", "=object_id", "table")


@admin.register(ImportProfile)
class ImportProfileTable(Table):
    list_display = ("name", "kind", "created_at")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(ImportDraft)
class ImportDraftTable(Table):
    list_display = ("id", "kind", "file_name", "profile_name", "actor", "created_at", "touched_at")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("file_name", "profile_name", "=id")


@admin.register(ImportRepair)
class ImportRepairTable(Table):
    list_display = ("source", "line", "actor", "at")
    list_select_related = ("source", "actor")
    search_fields = ("=source__id", "=line")


@admin.register(ImportLine)
class ImportLineTable(Table):
    list_display = ("id", "at_work")
    list_select_related = ("at_work",)
    search_fields = ("=at_work__id",)

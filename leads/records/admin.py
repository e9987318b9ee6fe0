"""Leads, companies and what is logged about them, in the operators' console."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet

from alignment.clock import now
from alignment.console import Operated, Table, hand_over
from leads.definitions.queries import waiting
from leads.lifecycle.changes import touch
from leads.records.edits import mark_as_test
from leads.records.models import (
    AwaitedParent,
    Company,
    CompanyIdentity,
    Edit,
    Lead,
    LeadIdentity,
    LeadText,
    LeadValue,
    Note,
    Statement,
)


@admin.register(Lead)
class LeadTable(Table):
    """Leads; they are edited on their own pages."""

    list_display = ("id", "name", "email", "company", "stage", "owner", "team", "source", "created_at", "is_test")
    list_filter = ("is_test", "email_usable", "phone_usable")
    list_select_related = ("company", "owner", "team")
    search_fields = ("email", "full_name", "last_name", "external_id", "company__name", "=id")
    actions = ("mark_as_test", "recompute")

    @admin.action(description="Mark as test: counts in no figure, for all time")
    def mark_as_test(self, request: Operated, leads: QuerySet[Lead]) -> None:
        hand_over(request, leads, lambda lead: mark_as_test(lead, actor=request.user, now=now()), "marked as test")

    @admin.action(description="Recompute what is derived from their logs")
    def recompute(self, request: Operated, leads: QuerySet[Lead]) -> None:
        hand_over(request, leads, _look_again, "will be recomputed in a moment")


def _look_again(lead: Lead) -> None:
    touch([lead.pk])
    waiting.again([lead.pk])


@admin.register(Company)
class CompanyTable(Table):
    list_display = ("id", "name", "domain", "industry", "employees", "country", "system", "external_id")
    search_fields = ("name", "domain", "external_id", "=id")


@admin.register(CompanyIdentity)
class CompanyIdentityTable(Table):
    list_display = ("company", "scope", "system", "external_id")
    list_select_related = ("company",)
    search_fields = ("=company__id", "=external_id", "=system")


@admin.register(AwaitedParent)
class AwaitedParentTable(Table):
    list_display = ("company", "system", "named")
    list_select_related = ("company",)
    search_fields = ("=company__id", "=named")


@admin.register(Statement)
class StatementTable(Table):
    list_display = ("lead", "system", "key", "said", "said_at")
    list_select_related = ("lead",)
    search_fields = ("=lead__id", "=key", "=system")


@admin.register(LeadIdentity)
class LeadIdentityTable(Table):
    list_display = ("lead", "scope", "system", "key")
    list_select_related = ("lead",)
    search_fields = ("=lead__id", "=key", "=system")


@admin.register(LeadText)
class LeadTextTable(Table):
    """What leads are found by and called; by the lead's number only, as parts of a text are the search page's to look for."""

    list_display = ("lead_id", "called", "text")
    search_fields = ("=lead__id",)


@admin.register(LeadValue)
class LeadValueTable(Table):
    list_display = ("id", "lead", "field", "ref", "text", "at", "recorded_at", "actor")
    list_filter = ("field",)
    list_select_related = ("lead", "actor")
    search_fields = ("=lead__id", "=text", "=id")


@admin.register(Note)
class NoteTable(Table):
    list_display = ("lead", "author", "created_at", "edited_at", "deleted_at")
    list_select_related = ("lead", "author")
    search_fields = ("=lead__id", "author__name", "body")


@admin.register(Edit)
class EditTable(Table):
    list_display = ("lead", "actor", "at", "undone_at")
    list_select_related = ("lead", "actor")
    search_fields = ("=lead__id", "actor__name")

"""Agreements in the operators' console: everything to read, and the two things operators do on their own.

The override asks for its reason beside the action; both go through the services.
"""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from alignment.agreements import overriding
from alignment.agreements.models import Agreement, Backtest, Comment, Override, Period, Signature, Version
from alignment.agreements.texts import LONGEST_NOTE
from alignment.clock import now
from alignment.console import Operated, Table, hand_over


class WithReason(ActionForm):  # type: ignore[misc]
    """An action, and why."""

    reason = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        label="Reason (for an override; both sides see it)",
        widget=UnfoldAdminTextInputWidget(),
    )


@admin.register(Agreement)
class AgreementTable(Table):
    list_display = ("kind", "key", "created_at")
    list_filter = ("kind",)
    search_fields = ("kind", "key", "=id")


@admin.register(Version)
class VersionTable(Table):
    """Wordings. What was proposed never changes. A row sends the revision that was seen with the action on it."""

    list_display = ("agreement", "number", "step", "author", "proposed_at", "decided_at", "effective_from", "seen")
    list_filter = ("step", "agreement__kind")
    list_select_related = ("agreement", "author")
    search_fields = ("agreement__key", "agreement__kind", "note", "=id")
    action_form = WithReason
    actions = ("override", "revert")

    @admin.display(description="Revision")
    def seen(self, version: Version) -> str:
        return format_html('{0}<input type="hidden" name="revision-{1}" value="{0}">', version.revision, version.pk)

    @admin.action(description="Put in force at once, without all signatures (needs the reason)")
    def override(self, request: Operated, versions: QuerySet[Version]) -> None:
        reason = request.POST.get("reason", "")
        hand_over(
            request,
            versions.select_related("agreement"),
            lambda version: overriding.override(
                version.pk, by=request.user, reason=reason, now=now(), expected=seen_of(request, version)
            ),
            "put in force",
        )

    @admin.action(description="Take an override back: what it replaced holds again")
    def revert(self, request: Operated, versions: QuerySet[Version]) -> None:
        hand_over(
            request,
            versions.select_related("agreement"),
            lambda version: overriding.revert(version.pk, by=request.user, now=now()),
            "taken back",
        )


def seen_of(request: HttpRequest, version: Version) -> int:
    """The revision of a version that the list showed; 0, which none has, where the list did not show it."""
    text = request.POST.get(f"revision-{version.pk}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class OfAVersion(Table):
    """A table of what belongs to versions, searched by the agreement."""

    search_fields: ClassVar[tuple[str, ...]] = ("version__agreement__key", "version__agreement__kind", "=id")
    list_select_related: tuple[str, ...] = ("version__agreement",)


@admin.register(Period)
class PeriodTable(OfAVersion):
    """When which version was, is or will be in force."""

    list_display = ("version", "during", "begun_at")


@admin.register(Signature)
class SignatureTable(OfAVersion):
    list_display = ("version", "side", "user", "team", "at")
    list_filter = ("side",)
    list_select_related = ("version__agreement", "user", "team")


@admin.register(Comment)
class CommentTable(OfAVersion):
    list_display = ("version", "author", "at", "body")
    list_select_related = ("version__agreement", "author")


@admin.register(Override)
class OverrideTable(OfAVersion):
    list_display = ("version", "operator", "at", "reason", "regularised_at", "reverted_at")
    list_select_related = ("version__agreement", "operator")


@admin.register(Backtest)
class BacktestTable(OfAVersion):
    """What versions would have done with the past."""

    list_display = ("version", "days", "ends_at", "state", "progress", "asked_by", "finished_at", "error")
    list_filter = ("state",)
    list_select_related = ("version__agreement", "asked_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Backtest]:
        """Without what came out, which may be long."""
        found: QuerySet[Backtest] = super().get_queryset(request)
        return found.defer("result")

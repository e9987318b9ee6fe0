"""Handoffs and whose turn it is, in the operators' console: to look at, since every change goes through the services."""

from __future__ import annotations

from django.contrib import admin

from alignment.console import Table
from leads.handoffs.models import (
    Absence,
    Deadline,
    Handoff,
    HandoffStep,
    Hold,
    Need,
    OfferToTell,
    Receiver,
    ToRoute,
    ToTell,
    Turn,
)


@admin.register(Handoff)
class HandoffTable(Table):
    """One use of a handoff rule on one lead."""

    list_display = (
        "lead",
        "rule_key",
        "to_team",
        "to_user",
        "state",
        "offered_at",
        "accept_by",
        "contact_by",
        "next_at",
    )
    list_filter = ("state", "origin", "to_side")
    list_select_related = ("lead", "to_team", "to_user")
    search_fields = ("=lead__id", "=rule_key")


@admin.register(Hold)
class HoldTable(Table):
    """When handoffs waited for somebody outside."""

    list_display = ("handoff", "reason", "began_at", "ends_by", "ended_at")
    list_select_related = ("handoff",)
    search_fields = ("=handoff__id",)


@admin.register(Deadline)
class DeadlineTable(Table):
    list_display = ("handoff", "clock", "due_at", "recorded_at")
    list_select_related = ("handoff",)
    search_fields = ("=handoff__id",)


@admin.register(HandoffStep)
class HandoffStepTable(Table):
    """Reminders, escalations and expiries that were done."""

    list_display = ("handoff", "clock", "what", "to", "due_at", "done_at")
    list_select_related = ("handoff",)
    search_fields = ("=handoff__id",)


@admin.register(Need)
class NeedTable(Table):
    """Leads that qualified for a handoff, and whether somebody could take them."""

    list_display = ("lead", "rule_key", "qualified_at", "no_receiver_at", "no_receiver", "ended_at")
    list_select_related = ("lead",)
    search_fields = ("=lead__id",)


@admin.register(ToRoute)
class ToRouteTable(Table):
    """Leads that wait to be routed."""

    list_display = ("id", "lead_id", "due_at")
    search_fields = ("=lead_id",)


@admin.register(ToTell)
class ToTellTable(Table):
    """What the sweep noted and nobody was told of yet."""

    list_display = ("step_id", "holder_id", "kept_by_id")
    search_fields = ("=step_id",)


@admin.register(OfferToTell)
class OfferToTellTable(Table):
    """Offers made together with many others, of which nobody was told yet."""

    list_display = ("handoff_id",)
    search_fields = ("=handoff_id",)


@admin.register(Receiver)
class ReceiverTable(Table):
    """How much people take, and of what."""

    list_display = ("user", "takes_leads", "capacity", "period", "since")
    list_select_related = ("user",)
    search_fields = ("user__name", "=user__id")


@admin.register(Absence)
class AbsenceTable(Table):
    list_display = ("user", "since", "until", "note")
    list_select_related = ("user",)
    search_fields = ("user__name", "=user__id")


@admin.register(Turn)
class TurnTable(Table):
    """Whose turn it is in each pool."""

    list_display = ("pool", "given")
    search_fields = ("pool",)

"""Mails, messages to chats and notices in the operators' console: what waits, what was given up and why; to be tried again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from alignment.clock import now
from alignment.console import Operated, Table, hand_over
from alignment.outbox.channels import address_of
from alignment.outbox.models import Channel, Chat, Mail, Notice
from alignment.outbox.retries import tell_again, try_again


class StateFilter(admin.SimpleListFilter):
    """Waiting, put off, sent, given up."""

    title = "state"
    parameter_name = "state"
    states: ClassVar[dict[str, dict[str, object]]] = {
        "waiting": {"sent_at": None, "given_up_at": None},
        "put-off": {"sent_at": None, "given_up_at": None, "last_error__gt": ""},
        "sent": {"sent_at__isnull": False},
        "given-up": {"given_up_at__isnull": False},
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.replace("-", " ").capitalize()) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**self.states.get(self.value() or "", {}))


@admin.register(Mail)
class MailTable(Table):
    list_display = ("subject", "address", "created_at", "due_at", "attempts", "sent_at", "given_up_at", "last_error")
    list_filter = (StateFilter,)
    search_fields = ("address", "subject", "key", "=id")
    actions = ("send_now",)

    @admin.action(description="Try again now")
    def send_now(self, request: Operated, mails: QuerySet[Mail]) -> None:
        hand_over(request, mails, lambda mail: try_again(mail, now=now()), "on the way again")


@admin.register(Notice)
class NoticeTable(Table):
    """What people were told in the product."""

    list_display = ("title", "user", "created_at", "read_at")
    list_select_related = ("user",)
    search_fields = ("title", "key", "user__name", "user__email", "=id")


@admin.register(Chat)
class ChatTable(Table):
    list_display = ("title", "channel", "created_at", "due_at", "attempts", "sent_at", "given_up_at", "last_error")
    list_filter = (StateFilter,)
    list_select_related = ("channel",)
    search_fields = ("title", "key", "channel__name", "=id")
    actions = ("send_now",)

    @admin.action(description="Try again now")
    def send_now(self, request: Operated, chats: QuerySet[Chat]) -> None:
        hand_over(request, chats, lambda chat: tell_again(chat, now=now()), "on the way again")


@admin.register(Channel)
class ChannelTable(Table):
    """Channels of chats; of their addresses no more than kind and host."""

    list_display = ("name", "address", "team", "wants", "active", "failing_since", "last_error")
    list_filter = ("active",)
    list_select_related = ("team",)
    search_fields = ("name", "=id")
    exclude = ("url",)

    @admin.display(description="Address")
    def address(self, channel: Channel) -> str:
        found = address_of(channel)
        return found.shown if found else "unknown"

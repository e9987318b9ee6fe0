"""What one was told, and the channels of chats, as files."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from alignment.outbox import channels
from alignment.outbox.models import Channel, Notice
from alignment.ui.exports import Column, Export, export_of

BATCH = 2_000


def notices_export(notices: QuerySet[Notice], *, as_of: datetime) -> Export:
    """These notices, in their order."""
    columns: list[Column[Notice]] = [
        Column("at", lambda one: one.created_at),
        Column("title", lambda one: one.title),
        Column("text", lambda one: one.text),
        Column("path", lambda one: one.path),
        Column("read_at", lambda one: one.read_at),
    ]
    return export_of("Notices", columns, notices.iterator(chunk_size=BATCH), as_of=as_of)


def channels_export(found: QuerySet[Channel], *, as_of: datetime) -> Export:
    """These channels, with as much of their addresses as may be shown."""

    def shown(channel: Channel) -> str | None:
        address = channels.address_of(channel)
        return address.shown if address else None

    columns: list[Column[Channel]] = [
        Column("name", lambda one: one.name),
        Column("chat", shown),
        Column("team", lambda one: one.team.name if one.team else None),
        Column("topics", lambda one: ", ".join(one.wants)),
    ]
    return export_of("Channels", columns, found.iterator(chunk_size=BATCH), as_of=as_of)

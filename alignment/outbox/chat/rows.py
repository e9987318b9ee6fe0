"""Which channels get a message, and for whom? One row a channel, in the transaction of the message; called by `posting` only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from alignment.outbox.models import NAME_LENGTH, Channel, Chat
from alignment.outbox.wording import LINE, fit

if TYPE_CHECKING:
    from alignment.outbox.posting import Message

MOST_NAMES = 5


def rows_of(message: Message, users: Collection[int], opens: Mapping[int, datetime], now: datetime) -> list[Chat]:
    """The message for each channel that wants its topic, for those of these users whose channel it is and who were not told in it.

    `opens`: when those work again who do not just now; it is said when the first of them works.
    """
    channels = list(Channel.objects.filter(active=True, wants__contains=[message.topic]).order_by("pk"))
    if not channels:
        return []
    people = get_user_model().objects.filter(pk__in=users).order_by("name", "pk")
    concerned = list(people.values_list("pk", "name", "team_id"))
    told = _told(message.key, channels)
    found = []
    for channel in channels:
        mine = [(pk, name) for pk, name, team in concerned if channel.team_id in (None, team)]
        whom = {pk: name for pk, name in mine if (channel.pk, pk) not in told}
        if whom:
            due_at = min(opens.get(pk, now) for pk in whom)
            found.append(_row(message, channel, whom, now, due_at))
    return found


def _told(key: str, channels: Sequence[Channel]) -> set[tuple[int, int]]:
    """Who was told in which channel under that key before."""
    rows = Chat.objects.filter(channel__in=channels, key=key).values_list("channel", "users")
    return {(channel_id, user_id) for channel_id, users in rows for user_id in users}


def _row(message: Message, channel: Channel, whom: Mapping[int, str], now: datetime, due_at: datetime) -> Chat:
    return Chat(
        channel=channel,
        key=message.key,
        users=sorted(whom),
        title=message.title,
        text=f"{message.text}\n{for_whom(list(whom.values()))}",
        path=message.path,
        urgent=message.urgent,
        created_at=now,
        due_at=due_at,
    )


def for_whom(names: Sequence[str]) -> str:
    """`For Ann, Bob and 3 more.`"""
    shown = [fit(name, NAME_LENGTH, LINE) for name in names[:MOST_NAMES]]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"For {', '.join(shown)}{more}."

"""Which message to a chat is next, and what became of it? Taken one by one under a lease; the only writer of their states.

A worker that is killed loses its lease with time, and somebody else sends what it held.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet

from alignment.outbox.chat.addresses import read
from alignment.outbox.models import ERROR_LENGTH, Channel, Chat
from alignment.outbox.quiet import quiet_until
from alignment.outbox.wording import LINE, fit

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than handing over one message can take."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_TRIES = 12
"""Then it is given up, after some seven hours: chats are for what is going on."""

WAITING = Q(sent_at=None, given_up_at=None)


def take_next(now: datetime) -> Chat | None:
    """The message that is due longest and that nobody is at, with its channel; None where there is none."""
    with transaction.atomic():
        due = _due(now).order_by("due_at", "id").select_related("channel")
        while chat := due.select_for_update(skip_locked=True, of=("self",)).first():
            opens = None if chat.urgent else opening(chat, now)
            if opens is None:
                chat.lease_until = now + LEASE
                chat.save(update_fields=["lease_until"])
                return chat
            Chat.objects.filter(pk=chat.pk).update(due_at=opens)
    return None


def opening(chat: Chat, now: datetime) -> datetime | None:
    """When the first of those whom it concerns works again; None while somebody does."""
    quiet = quiet_until(chat.users, now)
    return min(quiet.values()) if chat.users and len(quiet) == len(set(chat.users)) else None


def _due(now: datetime) -> QuerySet[Chat]:
    return Chat.objects.filter(WAITING, Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now)


def mark_sent(chat: Chat, now: datetime) -> None:
    """It left the house, whoever else may have taken it meanwhile; and the channel takes what is sent to it."""
    with transaction.atomic():
        Chat.objects.filter(WAITING, pk=chat.pk).update(sent_at=now, lease_until=None, last_error="")
        failing = Channel.objects.filter(pk=chat.channel_id, failing_since__isnull=False)
        failing.update(failing_since=None, last_error="")


def give_up(chat: Chat, why: str, now: datetime) -> None:
    """It will never arrive: nobody tries it again, unless an operator asks for it."""
    _write(chat, why, given_up_at=now)


def put_off(chat: Chat, why: str, now: datetime) -> None:
    """Another time: after a minute, and after twice as long each time, up to an hour; after many tries never, and operators are told.

    What else is due in the channel waits for a minute, too: the far side may be down.
    """
    if chat.attempts + 1 >= MOST_TRIES:
        with transaction.atomic():
            _write(chat, why, given_up_at=now, attempts=chat.attempts + 1)
            _failing(chat, why, now)
            _tell_operators(Channel.objects.get(pk=chat.channel_id), why, now)
        return
    wait = min(FIRST_WAIT * 2**chat.attempts, LONGEST_WAIT)
    with transaction.atomic():
        _write(chat, why, due_at=now + wait, attempts=chat.attempts + 1)
        _failing(chat, why, now)
        rest = (
            _due(now).filter(channel=chat.channel_id).select_for_update(skip_locked=True).values_list("pk", flat=True)
        )
        Chat.objects.filter(pk__in=list(rest)).update(due_at=now + FIRST_WAIT, lease_until=None)


def _write(chat: Chat, why: str, **became: object) -> None:
    log.warning("Message %s to a chat: %s", chat.pk, why)
    still_ours = Chat.objects.filter(WAITING, pk=chat.pk, lease_until=chat.lease_until)
    still_ours.update(**became, lease_until=None, last_error=fit(why, ERROR_LENGTH, LINE))


def _failing(chat: Chat, why: str, now: datetime) -> None:
    channel = Channel.objects.filter(pk=chat.channel_id)
    channel.update(last_error=fit(why, ERROR_LENGTH, LINE))
    channel.filter(failing_since=None).update(failing_since=now)


def _tell_operators(channel: Channel, why: str, now: datetime) -> None:
    """Once for each time the channel fails, however much was to be said in it."""
    from alignment.outbox.posting import Message, Recipient, post  # posting asks the tasks, and these deliver

    address = read(channel.url)
    where = address.shown if address else "its chat"
    message = Message(
        f"channel-fails:{channel.pk}:{channel.failing_since:%Y%m%d%H%M%S%f}",
        f"The channel {channel.name} takes no messages",
        f"{where} has not taken what was sent for hours: {why} Look at the channel, and send a test.",
        f"/channels/{channel.pk}/",
    )
    operators = get_user_model().objects.filter(role="operator", is_active=True).order_by("pk")
    post(message, to=[Recipient(pk, email) for pk, email in operators.values_list("pk", "email")], now=now)

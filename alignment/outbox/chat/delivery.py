"""How do messages leave for chats? One after the other, each marked when the far side has said that it has it.

Called by the jobs; any number of workers at once. Nothing is sent inside a transaction. A worker killed between sending and
marking sends the same message again later: chats know of no other way; a JSON webhook is told the same `Idempotency-Key`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from alignment import clock
from alignment.outbox.chat.due import give_up, mark_sent, put_off, take_next
from alignment.outbox.chat.sending import NotTaken, Words, send
from alignment.outbox.models import Chat

AT_ONCE = 50


def deliver(*, now: Callable[[], datetime] = clock.now, limit: int = AT_ONCE) -> int:
    """Send up to `limit` messages that are due; how many were dealt with. As many as `limit`: there may be more."""
    for done in range(limit):
        chat = take_next(now())
        if chat is None:
            return done
        _deal_with(chat, now)
    return limit


def _deal_with(chat: Chat, now: Callable[[], datetime]) -> None:
    if not chat.channel.active:
        give_up(chat, "The channel was switched off.", now())
        return
    try:
        send(chat.channel.url, words_of(chat), inside=chat.channel.inside)
    except NotTaken as why:
        put_off(chat, str(why), now())
    else:
        mark_sent(chat, now())


def words_of(chat: Chat) -> Words:
    """What is said in the channel: the text, and where to go on."""
    link = f"\n{settings.PUBLIC_URL.rstrip('/')}{chat.path}" if chat.path else ""
    return Words(f"chat-{chat.pk}", chat.title, f"{chat.text}{link}")

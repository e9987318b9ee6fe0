"""How does mail leave the house? One after the other over one connection, each marked when the server has taken it.

Called by the jobs; any number of workers at once. A server that is down delays everything and loses nothing; only an
address that the server refuses for good is given up. A worker killed between sending and marking sends the same mail
again later, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from alignment import clock
from alignment.outbox.composing import compose
from alignment.outbox.due import give_up, mark_sent, put_off, put_off_all, take_next
from alignment.outbox.models import Mail

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Mails over one connection: servers close those that go on for too long."""
REFUSED_FOR_GOOD = range(500, 600)


def deliver(*, now: Callable[[], datetime] = clock.now, limit: int = AT_ONCE) -> int:
    """Send up to `limit` mails that are due, those of a group as one; how many were dealt with. As many as `limit`: there may be more."""
    connection = get_connection()
    try:
        for done in range(limit):
            mails = take_next(now())
            if not mails or not _deal_with(mails, connection, now):
                return done
        return limit
    finally:
        with suppress(OSError):
            connection.close()


def _deal_with(mails: Sequence[Mail], connection: BaseEmailBackend, now: Callable[[], datetime]) -> bool:
    """Send one mail and write down what became of it; whether the server is there for the next."""
    user = mails[0].user
    if user and not user.is_active:
        give_up(mails, "The person was deactivated.", now())
        return True
    try:
        message = compose(mails, connection)
        connection.open()
        connection.send_messages([message])
    except SMTPRecipientsRefused as refused:
        _refused(mails, refused, now())
    except SMTPDataError as refused:
        put_off(mails, _said(refused.smtp_code, refused.smtp_error), now())
    except OSError as down:
        put_off_all(mails, f"{type(down).__name__}: {down}", now())
        return False
    except ValueError as unwritable:
        give_up(mails, f"It cannot be written: {unwritable}", now())
    else:
        mark_sent(mails, now())
    return True


def _refused(mails: Sequence[Mail], refused: SMTPRecipientsRefused, now: datetime) -> None:
    code, words = next(iter(refused.recipients.values()))
    (give_up if code in REFUSED_FOR_GOOD else put_off)(mails, _said(code, words), now)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"

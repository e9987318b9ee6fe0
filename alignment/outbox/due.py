"""Which mail is next, and what became of it? Rows are taken one by one under a lease; the only writer of mails' states.

A worker that is killed loses its lease with time, and somebody else sends what it held.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from alignment.outbox.models import ERROR_LENGTH, Mail
from alignment.outbox.queries.put_off import PUT_OFF, PUT_OFF_REST
from alignment.outbox.wording import LINE, fit

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than sending one mail can take: about eight steps, each at most EMAIL_TIMEOUT long."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)

WAITING = Q(sent_at=None, given_up_at=None)


def take_next(now: datetime) -> Mail | None:
    """The mail that is due longest and that nobody is at, with its person; None where there is none."""
    nobody_is_at_it = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Mail.objects.filter(WAITING, nobody_is_at_it, due_at__lte=now).order_by("due_at", "id")
    with transaction.atomic():
        mail = due.select_related("user").select_for_update(skip_locked=True, of=("self",)).first()
        if mail:
            mail.lease_until = now + LEASE
            mail.save(update_fields=["lease_until"])
    return mail


def mark_sent(mail: Mail, now: datetime) -> None:
    """It left the house, whoever else may have taken it meanwhile."""
    Mail.objects.filter(WAITING, pk=mail.pk).update(sent_at=now, lease_until=None, last_error="")


def give_up(mail: Mail, why: str, now: datetime) -> None:
    """It will never arrive: nobody tries it again, unless an operator asks for it."""
    log.warning("Mail %s is given up: %s", mail.pk, why)
    still_ours = Mail.objects.filter(WAITING, pk=mail.pk, lease_until=mail.lease_until)
    still_ours.update(given_up_at=now, lease_until=None, last_error=_short(why))


def put_off(mail: Mail, why: str, now: datetime) -> None:
    """Another time for this one: after a minute, and after twice as long each time, up to an hour."""
    log.warning("Mail %s is put off: %s", mail.pk, why)
    facts = {"id": mail.pk, "lease": mail.lease_until, "longest": LONGEST_WAIT.total_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, {**facts, "now": now, "why": _short(why), "first": FIRST_WAIT.total_seconds()})


def put_off_all(mail: Mail, why: str, now: datetime) -> None:
    """The server takes nothing: another time for this one, and a minute for all else that is due and nobody is at."""
    put_off(mail, why, now)
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF_REST, {"now": now, "why": _short(why), "first": FIRST_WAIT.total_seconds()})


def _short(why: str) -> str:
    return fit(why, ERROR_LENGTH, LINE)

"""Which mail is next, and what became of it? Mails are taken under a lease; the only writer of their states.

A worker that is killed loses its lease with time, and somebody else sends what it held. Mails of one group that are due together
are taken together and stay together: what is tried again is the very same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from alignment.outbox.models import ERROR_LENGTH, Mail
from alignment.outbox.queries.put_off import PUT_OFF, PUT_OFF_REST
from alignment.outbox.quiet import quiet_until
from alignment.outbox.wording import LINE, fit

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than sending one mail can take: about eight steps, each at most EMAIL_TIMEOUT long."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_IN_ONE = 50

WAITING = Q(sent_at=None, given_up_at=None)
TAKING = "SELECT pg_advisory_xact_lock(hashtext('alignment.outbox.mail'))"


def take_next(now: datetime) -> list[Mail]:
    """What leaves next as one mail: the one that is due longest and that nobody is at, with those it leaves with; [] for nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKING)
        first = _first(now)
        if first is None:
            return []
        batch = (first.batch or first.pk) if first.group else None
        mails = sorted([first, *_leaving_with(first, now)], key=lambda mail: (mail.pk != batch, mail.pk))
        for mail in mails:
            mail.lease_until = now + LEASE
        Mail.objects.filter(pk__in=_ids(mails)).update(lease_until=now + LEASE, batch=batch)
    return mails


def _free(now: datetime) -> Q:
    return WAITING & (Q(lease_until=None) | Q(lease_until__lte=now))


def _first(now: datetime) -> Mail | None:
    """What is due to somebody who is left alone is due when they work again."""
    due = Mail.objects.filter(_free(now), due_at__lte=now).order_by("due_at", "id")
    while mail := due.select_related("user").select_for_update(skip_locked=True, of=("self",)).first():
        opens = None if mail.urgent or mail.user_id is None else quiet_until([mail.user_id], now).get(mail.user_id)
        if opens is None:
            return mail
        Mail.objects.filter(_free(now), due_at__lte=now, user=mail.user_id, urgent=False).update(due_at=opens)
    return None


def _leaving_with(first: Mail, now: datetime) -> list[Mail]:
    if not first.group:
        return []
    of_group = Q(batch=None, address=first.address, user=first.user_id, group=first.group, due_at__lte=now)
    others = Mail.objects.filter(_free(now), Q(batch=first.batch) if first.batch else of_group).exclude(pk=first.pk)
    taken = others.order_by("due_at", "id").select_for_update(skip_locked=True, of=("self",))
    return list(taken[: MOST_IN_ONE - 1])


def mark_sent(mails: Sequence[Mail], now: datetime) -> None:
    """They left the house, whoever else may have taken them meanwhile."""
    Mail.objects.filter(WAITING, pk__in=_ids(mails)).update(sent_at=now, lease_until=None, last_error="")


def give_up(mails: Sequence[Mail], why: str, now: datetime) -> None:
    """They will never arrive: nobody tries them again, unless an operator asks for it."""
    log.warning("Mail %s is given up: %s", _ids(mails), why)
    still_ours = Mail.objects.filter(WAITING, pk__in=_ids(mails), lease_until=mails[0].lease_until)
    still_ours.update(given_up_at=now, lease_until=None, last_error=_short(why))


def put_off(mails: Sequence[Mail], why: str, now: datetime) -> None:
    """Another time for these: after a minute, and after twice as long each time, up to an hour."""
    log.warning("Mail %s is put off: %s", _ids(mails), why)
    facts = {"ids": _ids(mails), "lease": mails[0].lease_until, "longest": LONGEST_WAIT.total_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, {**facts, "now": now, "why": _short(why), "first": FIRST_WAIT.total_seconds()})


def put_off_all(mails: Sequence[Mail], why: str, now: datetime) -> None:
    """The server takes nothing: another time for these, and a minute for all else that is due and nobody is at."""
    put_off(mails, why, now)
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF_REST, {"now": now, "why": _short(why), "first": FIRST_WAIT.total_seconds()})


def _ids(mails: Sequence[Mail]) -> list[int]:
    return [mail.pk for mail in mails]


def _short(why: str) -> str:
    return fit(why, ERROR_LENGTH, LINE)

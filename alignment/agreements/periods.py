"""From when until when is each version in force? The only writer of periods.

A version comes into force at an instant and holds until the next one does. The next may already be settled for a later
date: then it holds until then. Of two that would begin at the same instant, the one settled last does.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateTimeField, F, Func, QuerySet

from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Period, Version
from alignment.agreements.terms import terms_of

log = logging.getLogger(__name__)

MAKE_ROOM = """
UPDATE agreements_period SET during = tstzrange(lower(during), least(upper(during), greatest(%(since)s, lower(during))))
WHERE agreement_id = %(agreement)s AND during @> %(since)s
"""
"""What holds at the instant ends there; what would have begun there never holds (an empty period)."""


def put_in_force(version: Version, since: datetime, *, now: datetime) -> Period:
    """Let a version hold from `since` until whatever is settled to follow. The caller has locked the agreement.

    `now` is when the caller began; who waited for the lock may find that another version began meanwhile. It is then
    followed, not preceded: what was in force once stays so.
    """
    latest = _begun_last(version)
    if latest is not None and latest > now:
        now = latest + timedelta(microseconds=1)
        since = max(since, now)
    kind, key = find_kind(version.agreement.kind), version.agreement.key
    kind.sealed(version.pk, terms_of(version), Scope(key, since, settled_at=now))
    _make_room(version.agreement_id, since)
    period = Period.objects.create(
        agreement=version.agreement,
        version=version,
        during=DateTimeTZRange(since, _next_start(version.agreement_id, since), "[)"),
    )
    if since <= now:
        _begin(period, now)
    return period


def followed_by(period: Period) -> Version | None:
    """The version that is settled to begin where a period ends."""
    if period.until is None:
        return None
    found = _starts(period.agreement_id).filter(start=period.until).select_related("version__agreement").first()
    return found.version if found else None


def end_now(period: Period, *, now: datetime) -> None:
    """Let nothing of this period hold from now on."""
    _make_room(period.agreement_id, now)


def begin_due(*, now: datetime) -> int:
    """Set going what follows from every period that has begun; how many there were. Safe twice and in parallel.

    What fails is noted and tried again the next time, and keeps nobody else waiting.
    """
    begun = 0
    due = Period.objects.filter(begun_at=None, during__startswith__lte=now).order_by("during")
    for period_id in list(due.values_list("pk", flat=True)):
        try:
            begun += _begin_one(period_id, now)
        except Exception:
            log.exception("What follows from period %s of an agreement could not be set going", period_id)
    return begun


@transaction.atomic
def _begin_one(period_id: int, now: datetime) -> int:
    period = (
        Period.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("version__agreement")
        .filter(pk=period_id, begun_at=None)
        .first()
    )
    if period is None:
        return 0
    _begin(period, now)
    return 1


def _make_room(agreement_id: int, since: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM, {"agreement": agreement_id, "since": since})


def _next_start(agreement_id: int, after: datetime) -> datetime | None:
    return _starts(agreement_id).filter(start__gt=after).order_by("start").values_list("start", flat=True).first()


def _begun_last(version: Version) -> datetime | None:
    begun = _starts(version.agreement_id).exclude(begun_at=None)
    return begun.order_by("-start").values_list("start", flat=True).first()


def _starts(agreement_id: int) -> QuerySet[Any]:
    """The periods of an agreement that hold some time, with their `start`."""
    found = Period.objects.annotate(start=Func(F("during"), function="lower", output_field=DateTimeField()))
    return found.filter(agreement_id=agreement_id, start__isnull=False)


def _begin(period: Period, now: datetime) -> None:
    version = period.version
    if period.during.lower is not None and not period.during.isempty:
        kind = find_kind(version.agreement.kind)
        kind.begun(version.pk, terms_of(version), Scope(version.agreement.key, period.since, settled_at=now))
    Period.objects.filter(pk=period.pk).update(begun_at=now)
    period.begun_at = now

"""From when until when is each version in force? The only writer of periods.

A version comes into force at an instant and holds until the next one does. The next may already be settled for a later
date: then it holds until then. Of two that would begin at the same instant, the one signed last does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func

from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Period, Version
from alignment.agreements.terms import terms_of

MAKE_ROOM = """
UPDATE agreements_period SET during = tstzrange(lower(during), least(upper(during), greatest(%(since)s, lower(during))))
WHERE agreement_id = %(agreement)s AND (during @> %(since)s OR lower(during) = %(since)s)
"""
"""What holds at the instant ends there; what would have begun there never holds (an empty period)."""


def put_in_force(version: Version, since: datetime, *, now: datetime) -> Period:
    """Let a version hold from `since` until whatever is settled to follow. The caller has locked the agreement."""
    kind, key = find_kind(version.agreement.kind), version.agreement.key
    kind.sealed(version.pk, terms_of(version), Scope(key, since))
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM, {"agreement": version.agreement_id, "since": since})
    following = (
        Period.objects.filter(agreement=version.agreement, during__startswith__gt=since)
        .order_by("during")
        .values_list(Func(F("during"), function="lower"), flat=True)
        .first()
    )
    period = Period.objects.create(
        agreement=version.agreement, version=version, during=DateTimeTZRange(since, following, "[)")
    )
    if since <= now:
        _begin(period, now)
    return period


def end_now(period: Period, *, now: datetime) -> None:
    """Let nothing of this period hold from now on."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM, {"agreement": period.agreement_id, "since": now})


def begin_due(*, now: datetime) -> int:
    """Set going what follows from every period that has begun; how many there were. Safe twice and in parallel."""
    begun = 0
    for period_id in Period.objects.filter(begun_at=None, during__startswith__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            period = Period.objects.select_for_update(skip_locked=True).filter(pk=period_id, begun_at=None).first()
            if period is not None:
                _begin(period, now)
                begun += 1
    return begun


def _begin(period: Period, now: datetime) -> None:
    version = period.version
    if period.during.lower is not None and not period.during.isempty:
        kind = find_kind(version.agreement.kind)
        kind.begun(version.pk, terms_of(version), Scope(version.agreement.key, period.since))
    Period.objects.filter(pk=period.pk).update(begun_at=now)
    period.begun_at = now

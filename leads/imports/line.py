"""Whose turn is it? One import is at work at a time, dry runs too; the others wait in line by their numbers.

A single row says which one is at work, for as long as that one's lease lasts, so that a worker that died holds up nobody for
longer. A small file need not wait for the end of a big one: whoever is at the big one brings it in between two chunks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from leads.imports.models import Import, ImportLine

State = Import.State
AT_WORK = (State.QUEUED, State.CHECKING, State.RUNNING)
LEASE = timedelta(minutes=2)
SMALL_BYTES = 200_000
"""About 2,000 rows of a hundred characters: a second or two."""


@dataclass(frozen=True)
class Place:
    """Where an import stands: `number` 0 at work, n the n-th in line, None neither; behind which one it waits."""

    number: int | None
    behind: Import | None = None


@transaction.atomic
def claim(import_id: int, now: datetime, *, take_over: bool = False, within: int | None = None) -> bool:
    """Take the line for an import; False while another is at work, or while somebody holds this one, unless `take_over`.

    `within`: the import whose turn it is, between two chunks of which this one comes in.
    """
    ImportLine.objects.bulk_create([ImportLine(id=ImportLine.ONLY)], ignore_conflicts=True)
    line = ImportLine.objects.select_for_update().get(pk=ImportLine.ONLY)
    other = line.at_work_id
    if other is not None and other not in (import_id, within) and _is_held(other, now):
        return False
    mine = Import.objects.filter(Q() if take_over else nobody_at(now), pk=import_id, state__in=AT_WORK)
    if not mine.update(lease_until=now + LEASE, started_at=Coalesce(F("started_at"), now), progress={}):
        return False
    if within is None:
        ImportLine.objects.filter(pk=line.pk).update(at_work=import_id)
    return True


def nobody_at(now: datetime) -> Q:
    """Imports that nobody holds."""
    return Q(lease_until=None) | Q(lease_until__lt=now)


def at_work(now: datetime) -> Import | None:
    """The import whose turn it is."""
    held = Import.objects.filter(state__in=AT_WORK, lease_until__gte=now)
    return held.filter(pk__in=ImportLine.objects.values("at_work")).first()


def waiting(now: datetime) -> QuerySet[Import]:
    """Who is in line, the first in front."""
    running = Q(state__in=(State.CHECKING, State.RUNNING), lease_until__gte=now)
    current = at_work(now)
    return (
        Import.objects.filter(state__in=AT_WORK)
        .exclude(running)
        .exclude(pk=current.pk if current else 0)
        .order_by("pk")
    )


def next_in_line(now: datetime) -> int | None:
    """The import that a worker should take up; none while somebody is at work, or stands in front and waits for its own."""
    if at_work(now) is not None:
        return None
    first = waiting(now).first()
    return first.pk if first is not None and not _holds(first, now) else None


def small_one(now: datetime, big: int) -> int | None:
    """A small import that waits: it may come in between two chunks of the big one."""
    queued = Import.objects.filter(state=State.QUEUED, size__lte=SMALL_BYTES).exclude(pk=big)
    if not queued.exists():
        return None
    return waiting(now).filter(pk__in=queued.values("pk")).values_list("pk", flat=True).first()


def place_of(import_: Import, now: datetime) -> Place:
    """Where an import stands in line."""
    if import_.state not in AT_WORK:
        return Place(None)
    current = at_work(now)
    if (current is not None and current.pk == import_.pk) or (import_.state != State.QUEUED and _holds(import_, now)):
        return Place(0)
    before = list(waiting(now).filter(pk__lt=import_.pk).only("pk", "file_name", "kind"))
    return Place(len(before) + 1, before[-1] if before else current)


def _is_held(import_id: int, now: datetime) -> bool:
    return Import.objects.filter(pk=import_id, state__in=AT_WORK, lease_until__gte=now).exists()


def _holds(import_: Import, now: datetime) -> bool:
    return import_.lease_until is not None and import_.lease_until >= now

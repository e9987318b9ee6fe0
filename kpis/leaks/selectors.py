"""What leaks now? Read by the dashboard, the leakage page, a lead's page, the leads list and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from alignment.people.selectors import Somebody, sees_everything
from kpis.leaks.counts import open_at_once
from kpis.leaks.kinds import BY_KEY, LeakKind
from kpis.leaks.queries.counts import Open
from kpis.models import Leak
from leads.models import Lead


@dataclass(frozen=True)
class OpenCount:
    """How many leaks of one kind one side has open."""

    kind: LeakKind
    side: str
    count: int


def _open(now: datetime) -> Q:
    """since ≤ now < until."""
    return Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))


def opened(now: datetime) -> QuerySet[Leak]:
    """Leaks that have opened by `now`, those since closed among them; what will open later is not there yet."""
    return Leak.objects.filter(since__lte=now, lead__is_test=False, lead__merged_into=None, lead__erased_at=None)


def open_at(now: datetime) -> QuerySet[Leak]:
    """Leaks open at `now`."""
    return opened(now).filter(_open(now))


def visible_leaks(user: Somebody | None, leaks: QuerySet[Leak]) -> QuerySet[Leak]:
    """Those of the leads that `user` may see; None: all."""
    if user is None or sees_everything(user):
        return leaks
    return leaks.filter(lead__in=Lead.objects.visible_to(user))


def open_by_kind(user: Somebody | None, *, now: datetime) -> Open:
    """How many leaks are open by (kind, side); only those there are any of. For whoever sees everything counted beforehand: of leads
    that are tests, merged or erased no leaks are kept once they are recomputed."""
    if user is None or sees_everything(user):
        return open_at_once([now])[0]
    rows = visible_leaks(user, open_at(now)).order_by().values_list("kind", "side").annotate(Count("id"))
    return {(kind, side): count for kind, side, count in rows}


def open_counts(user: Somebody | None, *, now: datetime) -> list[OpenCount]:
    """The same in the order of the kinds."""
    found = open_by_kind(user, now=now)
    return [OpenCount(BY_KEY[kind], side, found[kind, side]) for kind, side in sorted(found, key=_in_order)]


def _in_order(place: tuple[str, str]) -> tuple[int, str]:
    kind, side = place
    return list(BY_KEY).index(kind), side


def leaks_of(lead: Lead, *, now: datetime) -> list[Leak]:
    """The open leaks of one lead, the oldest first."""
    return list(open_at(now).filter(lead=lead).order_by("since", "kind"))


def leaking(
    leads: QuerySet[Lead], *, now: datetime, kind: str | None = None, side: str | None = None
) -> QuerySet[Lead]:
    """Of these leads the ones with an open leak, of that kind or side where one is named."""
    leaks = _those(Leak.objects.filter(_open(now), lead=OuterRef("pk")), kind, side)
    return leads.filter(Exists(leaks), is_test=False, merged_into=None, erased_at=None)


def open_by_index(
    *, now: datetime, kind: str | None = None, side: str | None = None
) -> tuple[QuerySet[Leak], QuerySet[Leak]]:
    """Open leaks, whatever their leads, in two that have an index each: leak_open, and leak_by_until for what is known to end later."""
    leaks = _those(Leak.objects.filter(since__lte=now), kind, side)
    return leaks.filter(until=None), leaks.filter(until__gt=now)


def _those(leaks: QuerySet[Leak], kind: str | None, side: str | None) -> QuerySet[Leak]:
    if kind is not None:
        leaks = leaks.filter(kind=kind)
    return leaks if side is None else leaks.filter(side=side)

"""Which leads does somebody ask for? The list with its search, its filters and its orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from alignment.people.selectors import Somebody
from leads import panels
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.records.models import Lead
from leads.selectors.keyset import Mark, Order, sort
from leads.selectors.narrowing import Narrowing
from leads.selectors.streams import streams_of
from leads.selectors.walking import Found, page_along
from leads.selectors.wanted import Wanted

PAGE = 50

ORDERS = (
    Order("new", "Newest first", "created_at", descending=True),
    Order("old", "Oldest first", "created_at", descending=False),
    Order("stage-new", "Latest in its stage", "since", descending=True),
    Order("stage-old", "Longest in its stage", "since", descending=False),
    Order("name", "By name", "called", descending=False, is_moment=False),
)
BY_KEY = {order.key: order for order in ORDERS}


@dataclass(frozen=True)
class Listed:
    """A lead as a row shows it."""

    lead: Lead
    stage: StageTerms | None
    marks: Sequence[panels.Mark]


def wanted_leads(user: Somebody, wanted: Wanted, *, zone: ZoneInfo, now: datetime) -> QuerySet[Lead]:
    """The leads that `user` may see and that `wanted` describes, with what a row needs."""
    leads = Narrowing.of(wanted, zone=zone, now=now).by_index(Lead.objects.visible_to(user))
    leads = _with_since(leads).annotate(called=F("text__called"))
    return leads.select_related("company", "owner", "team", "campaign")


def page_of(user: Somebody, wanted: Wanted, mark: Mark | None, *, zone: ZoneInfo, now: datetime) -> Found[Lead]:
    """One page of the list; the first one where the leads behind `mark` are gone from it."""
    order = BY_KEY.get(wanted.order, ORDERS[0])
    narrowing = Narrowing.of(wanted, zone=zone, now=now)
    streams = streams_of(user, wanted, narrowing, order)
    found = page_along(streams, order, PAGE, mark)
    if mark is not None and not found.page.rows:
        found = page_along(streams, order, PAGE, None)
    return replace(found, page=replace(found.page, rows=_as_rows(found.page.rows)))


def _as_rows(leads: Sequence[Lead]) -> list[Lead]:
    """These leads, in their order, with what a row needs: read for no more of them than a page shows."""
    whole = _with_since(Lead.objects.filter(pk__in=[lead.pk for lead in leads]))
    by_id = {lead.pk: lead for lead in whole.select_related("company", "owner", "team", "campaign")}
    return [by_id[lead.pk] for lead in leads if lead.pk in by_id]


def _with_since(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    return leads.annotate(since=Coalesce(F("progress__stage_since"), F("created_at")))


def in_order(user: Somebody, wanted: Wanted, *, zone: ZoneInfo, now: datetime) -> QuerySet[Lead]:
    """The whole list."""
    return sort(wanted_leads(user, wanted, zone=zone, now=now), BY_KEY.get(wanted.order, ORDERS[0]))


def listed(leads: Sequence[Lead], stages: StageSet, *, now: datetime) -> list[Listed]:
    """These leads as rows, in their order; the marks of all come with one query a room."""
    ids = [lead.pk for lead in leads]
    found = [marks(ids, now) for marks in panels.marks] if ids else []
    return [
        Listed(
            lead, stages.by_key.get(lead.stage_id or ""), [mark for marks in found for mark in marks.get(lead.pk, ())]
        )
        for lead in leads
    ]

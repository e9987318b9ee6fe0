"""Along which indexes does the list of leads lie, in each of its orders? Asked by the page of the list."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, FilteredRelation, Q, QuerySet

from alignment.people.models import User
from alignment.people.selectors import Somebody, sees_everything
from leads.lifecycle.models import Stay
from leads.records.models import Lead, LeadText
from leads.selectors.keyset import Order
from leads.selectors.narrowing import Narrowing
from leads.selectors.walking import Stream
from leads.selectors.wanted import NONE, Wanted

HELD_APART = ("owner", "campaign", "team", "source", "stage")
"""Columns of which an index holds the leads of each value by when they came in; the first that is asked for is walked along."""


def streams_of(user: Somebody, wanted: Wanted, narrowing: Narrowing, order: Order) -> Sequence[Stream[Lead]]:
    """The leads that `user` may see and that are asked for, in streams that share none."""
    seen = Lead.objects.visible_to(user)
    if order.column == "since":
        return _by_stay(seen, wanted, narrowing)
    if order.column == "called":
        return [_by_name(seen, narrowing)]
    return [_by_arrival(seen, narrowing, part) for part in _parts_of_sight(user)]


def _by_arrival(seen: QuerySet[Lead], narrowing: Narrowing, part: Q) -> Stream[Lead]:
    """Along lead_by_created, or the index of one value of a column, within the days that are asked for."""
    seen = seen.filter(part).only("created_at")
    near, rest, same = narrowing.on_the_way(seen), narrowing.by_index(seen), narrowing.described(seen)
    if not narrowing.narrows:
        return Stream(near, rest)
    along = next((narrowing.of_columns[column] for column in HELD_APART if column in narrowing.of_columns), Q())
    places = Lead.objects.filter(part & along & narrowing.of_days)
    return Stream(near, rest, places, "created_at", is_searched=narrowing.is_searched, described=same)


def _by_name(seen: QuerySet[Lead], narrowing: Narrowing) -> Stream[Lead]:
    """Along lead_text_called."""
    named = seen.filter(text__isnull=False).annotate(called=F("text__called")).only("pk")
    near, rest, searched = narrowing.on_the_way(named), narrowing.by_index(named), narrowing.is_searched
    return Stream(near, rest, LeadText.objects.all(), "called", "lead", searched, narrowing.described(named))


def _by_stay(seen: QuerySet[Lead], wanted: Wanted, narrowing: Narrowing) -> Sequence[Stream[Lead]]:
    """Along stay_open, or stay_open_by_stage; who is in no stage is there since they came in, along lead_by_stage."""
    stays = Stay.objects.filter(until=None)
    if wanted.stage and wanted.stage != NONE:
        stays = stays.filter(stage=wanted.stage)
    lasting = FilteredRelation("stays", condition=Q(stays__until=None))
    staying = seen.annotate(lasting=lasting).filter(lasting__at__isnull=False)
    staying = staying.annotate(since=F("lasting__at")).only("pk")
    kept = seen.filter(stage__isnull=False, progress__stage_since__isnull=False)  # the same, a row a lead
    kept = kept.annotate(since=F("progress__stage_since")).only("pk")
    nowhere = seen.filter(stage=None).annotate(since=F("created_at")).only("created_at")
    streams, searched = [], narrowing.is_searched
    if wanted.stage != NONE:
        near, rest = narrowing.on_the_way(staying), narrowing.by_index(kept)
        streams.append(Stream(near, rest, stays, "at", "lead", searched, narrowing.described(kept)))
    if wanted.stage in ("", NONE):
        places = Lead.objects.filter(stage=None)
        near, rest = narrowing.on_the_way(nowhere), narrowing.by_index(nowhere)
        same = narrowing.described(nowhere)
        streams.append(Stream(near, rest, places, "created_at", is_searched=searched, described=same))
    return streams


def _parts_of_sight(user: Somebody) -> list[Q]:
    """What `visible_to` shows, in parts of which an index holds each: all; or what a team holds, and what else is offered to it."""
    if sees_everything(user) or not isinstance(user, User) or user.team_id is None:
        return [Q()]
    held = Q(team=user.team_id)
    return [held, Q(offered_team=user.team_id) & (Q(team__isnull=True) | ~Q(team=user.team_id))]

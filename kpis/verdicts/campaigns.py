"""Which campaign is a verdict about, and when did it begin? Asked by the kind, by judging and by the board."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from alignment.people.selectors import reporting_zone
from alignment.programs.models import Campaign, Spend
from alignment.timezones import start_of_day

LONGEST_ID = 18


def campaign_of(key: str) -> Campaign | None:
    """The campaign that a key names, or None."""
    if not key.isascii() or not key.isdecimal() or len(key) > LONGEST_ID:
        return None
    return Campaign.objects.filter(pk=int(key)).first()


def names_of(keys: Collection[str]) -> dict[str, str]:
    """By key what the campaigns are called."""
    ids = [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID]
    return {str(pk): name for pk, name in Campaign.objects.filter(pk__in=ids).values_list("pk", "name")}


def to_agree_on(now: datetime, most: int = 5) -> list[str]:
    """The keys of campaigns that run or are to come, those that begin last first: on these something can still be agreed."""
    open_ended = Q(ends_at=None) | Q(ends_at__gt=now)
    found = Campaign.objects.filter(open_ended).order_by(F("starts_at").desc(nulls_last=True), "-pk")
    return [str(pk) for pk in found.values_list("pk", flat=True)[:most]]


def launch_of(campaign: Campaign) -> datetime | None:
    """When it began: as it says itself, else the first day on which anything was spent on it; None: not known."""
    if campaign.starts_at is not None:
        return campaign.starts_at
    first = Spend.objects.filter(campaign=campaign).order_by("starts_on").values_list("starts_on", flat=True).first()
    return None if first is None else start_of_day(first, reporting_zone())

"""Whom did a campaign reach lately? The latest touches that name it, of the leads that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.people.models import User
from alignment.programs.models import Campaign
from leads.activities.kinds import BY_KEY
from leads.activities.models import Activity
from leads.models import Lead


@dataclass(frozen=True)
class Touch:
    """What a lead did, in words, and when."""

    title: str
    lead: Lead
    at: datetime


def latest_touches(campaign: Campaign, user: User, most: int) -> Sequence[Touch]:
    """The newest first. Index: the one of the campaign."""
    seen = Lead.objects.counted().visible_to(user)
    found = (
        Activity.objects.filter(campaign=campaign, lead__in=seen)
        .select_related("lead", "lead__company")
        .order_by("-at", "-id")[:most]
    )
    return [Touch(BY_KEY[one.kind].title if one.kind in BY_KEY else one.kind, one.lead, one.at) for one in found]

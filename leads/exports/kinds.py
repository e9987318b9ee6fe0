"""What can be taken out as it can be brought in? One declaration a kind, for the page, the API and the profiles that read it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from alignment.people.exports import people_export
from alignment.people.models import User
from alignment.people.selectors import Somebody, people_visible_to, sees_everything
from alignment.ui.exports import Export
from leads.exports import activities, companies, deals, leads, programs, stages
from leads.records.models import Lead


@dataclass(frozen=True)
class TakenOut:
    """A kind as it leaves: `rows` are those that somebody may see, `export` the file of them."""

    key: str
    title: str
    sentence: str
    rows: Callable[[Somebody], QuerySet[Any]]
    export: Callable[..., Export]
    for_everybody: bool = True

    def take(self, reader: Somebody, *, as_of: datetime) -> Export:
        """Everything of this kind that `reader` may see."""
        return self.export(reader, self.rows(reader), as_of=as_of)

    def is_for(self, reader: Somebody) -> bool:
        """Whether there can be any for this person."""
        return self.for_everybody or sees_everything(reader)


def _leads(reader: Somebody) -> QuerySet[Lead]:
    return Lead.objects.visible_to(reader).filter(merged_into=None, is_test=False).order_by("created_at", "pk")


def _people(reader: Somebody) -> QuerySet[User]:
    return people_visible_to(reader).order_by("pk")


def _people_export(_reader: Somebody, people: QuerySet[User], *, as_of: datetime) -> Export:
    return people_export(people, as_of=as_of)


_DECLARED = (
    TakenOut("users", "People", "Everybody who works with leads, with their team.", _people, _people_export),
    TakenOut(
        "companies", "Companies", "The accounts behind leads.", companies.companies_seen_by, companies.companies_export
    ),
    TakenOut(
        "campaigns",
        "Campaigns",
        "What marketing runs.",
        programs.campaigns_seen_by,
        programs.campaigns_export,
        for_everybody=False,
    ),
    TakenOut(
        "leads", "Leads", "Every lead that counts; the list of leads gives a part of them.", _leads, leads.leads_export
    ),
    TakenOut(
        "stages", "Stage history", "The log of who came where, and when.", stages.stages_seen_by, stages.stages_export
    ),
    TakenOut("deals", "Deals", "What leads may become worth, and did.", deals.deals_seen_by, deals.deals_export),
    TakenOut(
        "activities",
        "Activities",
        "What happened with leads.",
        activities.activities_seen_by,
        activities.activities_export,
    ),
    TakenOut(
        "spend",
        "Spend",
        "What campaigns and channels cost.",
        programs.spend_seen_by,
        programs.spend_export,
        for_everybody=False,
    ),
    TakenOut(
        "series",
        "Series",
        "Outside numbers by day.",
        programs.series_seen_by,
        programs.series_export,
        for_everybody=False,
    ),
    TakenOut(
        "rates",
        "Exchange rates",
        "Published rates by day.",
        programs.rates_seen_by,
        programs.rates_export,
        for_everybody=False,
    ),
)
"""In the order in which an empty installation takes them in: what others name comes first."""

TAKEN_OUT: dict[str, TakenOut] = {one.key: one for one in _DECLARED}


def kinds_for(reader: Somebody) -> list[TakenOut]:
    """Those of which there can be any for this person."""
    return [one for one in _DECLARED if one.is_for(reader)]

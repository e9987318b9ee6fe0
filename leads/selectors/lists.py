"""Which leads does somebody ask for? The list with its search, its filters and its orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim

from alignment.people.selectors import Somebody
from alignment.timezones import start_of_day
from leads import panels
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.records.models import Lead, LeadIdentity
from leads.selectors.keyset import Mark, Order, Slice, cut, sort

PAGE = 50
NONE = "(none)"
"""What an address says for "nothing known", as pages show it."""

ORDERS = (
    Order("new", "Newest first", "created_at", descending=True),
    Order("old", "Oldest first", "created_at", descending=False),
    Order("stage-new", "Latest in its stage", "since", descending=True),
    Order("stage-old", "Longest in its stage", "since", descending=False),
    Order("name", "By name", "called", descending=False, is_moment=False),
)
BY_KEY = {order.key: order for order in ORDERS}
TEXTS = {
    "source": "source",
    "channel": "channel",
    "segment": "segment",
    "territory": "territory",
    "campaign": "campaign__name",
    "system": "system",
}


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. `texts` are exact values without regard to case; `more` are filters of higher rooms."""

    search: str = ""
    stage: str = ""
    owner: str = ""
    team: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    created_from: date | None = None
    created_to: date | None = None
    import_id: int | None = None
    tests: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    order: str = "new"


@dataclass(frozen=True)
class Listed:
    """A lead as a row shows it."""

    lead: Lead
    stage: StageTerms | None
    marks: Sequence[panels.Mark]


def wanted_leads(user: Somebody, wanted: Wanted, *, zone: ZoneInfo, now: datetime) -> QuerySet[Lead]:
    """The leads that `user` may see and that `wanted` describes, with what a row needs."""
    leads: QuerySet[Lead] = Lead.objects.visible_to(user).filter(merged_into=None).filter(_fixed(wanted, zone))
    for word in wanted.search.split():
        leads = leads.filter(_naming(word))
    for one in panels.filters:
        if wanted.more.get(one.name):
            leads = one.narrow(leads, wanted.more[one.name], now)
    called = Coalesce(
        F("full_name"),
        NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")),
        F("email"),
        F("external_id"),
        Value(""),
    )
    leads = leads.annotate(since=Coalesce(F("progress__stage_since"), F("created_at")), called=Lower(called))
    return leads.select_related("company", "owner", "team", "campaign")


def _fixed(wanted: Wanted, zone: ZoneInfo) -> Q:
    tests = {"only": Q(is_test=True), "with": Q()}.get(wanted.tests, Q(is_test=False))
    asked = (
        tests & _matching("stage_id", wanted.stage) & _held("owner_id", wanted.owner) & _held("team_id", wanted.team)
    )
    for name, column in TEXTS.items():
        value = wanted.texts.get(name, "")
        matching = _matching(column, value, exact=name == "source")
        asked &= matching | _known_to(value) if value and name == "system" else matching
    if wanted.created_from:
        asked &= Q(created_at__gte=start_of_day(wanted.created_from, zone))
    if wanted.created_to:
        asked &= Q(created_at__lt=start_of_day(wanted.created_to + timedelta(days=1), zone))
    return asked & Q(import_id=wanted.import_id) if wanted.import_id is not None else asked


def _matching(column: str, value: str, *, exact: bool = True) -> Q:
    if not value:
        return Q()
    if value == NONE:
        return Q(**{f"{column}__isnull": True})
    return Q(**{column if exact else f"{column}__iexact": value})


def _known_to(system: str) -> Q:
    """Leads that came from elsewhere and that this system knows, too."""
    return Q(Exists(LeadIdentity.objects.filter(lead=OuterRef("pk"), system__iexact=system)))


def _held(column: str, value: str) -> Q:
    if not value:
        return Q()
    return Q(**{f"{column}__isnull": True}) if value == NONE else Q(**{column: int(value)})


def _naming(word: str) -> Q:
    """A word of a search: part of a name, an address, a company, or the lead's id in another system."""
    if "@" in word and "." in word.rpartition("@")[2]:
        return Q(email__iexact=word)
    return (
        Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(full_name__icontains=word) | Q(email__icontains=word)
        | Q(company__name__icontains=word) | Q(external_id=word)
    )  # fmt: skip


def page_of(user: Somebody, wanted: Wanted, mark: Mark | None, *, zone: ZoneInfo, now: datetime) -> Slice[Lead]:
    """One page of the list."""
    order = BY_KEY.get(wanted.order, ORDERS[0])
    return cut(wanted_leads(user, wanted, zone=zone, now=now), order, PAGE, mark)


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

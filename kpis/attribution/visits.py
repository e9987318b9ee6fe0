"""Which touches has a deal? Read a second time, in plain Python over whole logs of its people: for `verify`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from kpis.attribution.models import PastCompany
from kpis.attribution.terms import AttributionTerms
from leads.models import Activity, Deal, Lead

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Touch:
    """One activity that counts."""

    id: int
    lead_id: int
    at: datetime
    campaign_id: int | None
    channel: str | None

    @property
    def microseconds(self) -> int:
        return (self.at - EPOCH) // timedelta(microseconds=1)


Span = tuple[int, datetime | None, datetime | None]


def touches_of(deal_ids: Sequence[int], terms: AttributionTerms) -> dict[int, list[Touch]]:
    """By deal, in order; deals without a touch are not in it."""
    deals = list(Deal.objects.filter(pk__in=deal_ids))
    people = _people({deal.company_id for deal in deals if deal.company_id is not None})
    leads = {lead for spans in people.values() for lead, _since, _until in spans}
    leads |= {deal.lead_id for deal in deals if deal.company_id is None and deal.lead_id is not None}
    counted = set(Lead.objects.counted().filter(pk__in=leads).values_list("pk", flat=True))
    logs = _logs(counted, terms)
    found: dict[int, list[Touch]] = {}
    for deal in deals:
        anchor = deal.opened_at or (deal.closed_at if deal.status != "open" else None)
        if anchor is None:
            continue
        spans = people.get(deal.company_id, []) if deal.company_id is not None else [(deal.lead_id or 0, None, None)]
        mine = [
            act
            for lead, since, until in spans
            for act in logs.get(lead, [])
            if anchor - terms.look_back <= act.at < anchor
            and (since is None or act.at >= since)
            and (until is None or act.at < until)
        ]
        if mine:
            ordered = sorted(mine, key=_order)
            found[deal.pk] = [Touch(a.pk, a.lead_id, a.at, a.campaign_id, a.channel) for a in ordered]
    return found


def _people(companies: set[int]) -> dict[int, list[Span]]:
    """By company who is or was of it, and from when until when."""
    found: dict[int, list[Span]] = defaultdict(list)
    members = dict(Lead.objects.filter(company_id__in=companies).values_list("pk", "company_id"))
    came: dict[int, datetime] = {}
    for past in PastCompany.objects.filter(Q(company_id__in=companies) | Q(lead_id__in=members)).order_by("until"):
        came[past.lead_id] = past.until
        if past.company_id in companies:
            found[past.company_id].append((past.lead_id, past.since, past.until))
    for lead, company in members.items():
        if company is not None:
            found[company].append((lead, came.get(lead), None))
    return found


def _logs(leads: set[int], terms: AttributionTerms) -> dict[int, list[Activity]]:
    """By lead its touches, page views once a visit."""
    found: dict[int, list[Activity]] = defaultdict(list)
    acts = Activity.objects.filter(lead_id__in=leads, kind__in=terms.kinds, direction="inbound", side="marketing")
    viewed: dict[int, datetime] = {}
    for act in sorted(acts, key=lambda act: (act.lead_id, _order(act))):
        if act.kind == "page_view":
            before = viewed.get(act.lead_id)
            viewed[act.lead_id] = act.at
            if before is not None and act.at - before < terms.visit:
                continue
        found[act.lead_id].append(act)
    return found


def _order(act: Activity) -> tuple[datetime, bool, str, bool, str, int]:
    return act.at, act.system is None, act.system or "", act.external_id is None, act.external_id or "", act.pk

"""What is a line about, in words? Asked for the lines of one page; whoever may see the line may see its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from alignment.programs.models import Series, Spend
from kpis.metrics.declaring import Subject
from leads.deals.models import Deal
from leads.records.models import Lead

NOWHERE = "no campaign"


def _leads(ids: Iterable[int]) -> dict[int, str]:
    return {pk: lead.name for pk, lead in Lead.objects.in_bulk(list(ids)).items()}


def _deals(ids: Iterable[int]) -> dict[int, str]:
    deals = Deal.objects.select_related("company").in_bulk(list(ids))
    return {pk: f"{_whose(deal)}, {deal.get_status_display().lower()}" for pk, deal in deals.items()}


def _whose(deal: Deal) -> str:
    return deal.company.name if deal.company else deal.external_id or f"Deal {deal.pk}"


def _spend(ids: Iterable[int]) -> dict[int, str]:
    found = Spend.objects.select_related("campaign").in_bulk(list(ids))
    return {pk: one.campaign.name if one.campaign else one.channel or NOWHERE for pk, one in found.items()}


def _series(ids: Iterable[int]) -> dict[int, str]:
    found = Series.objects.select_related("campaign").in_bulk(list(ids))
    return {
        pk: ", ".join(filter(None, (one.metric, one.campaign.name if one.campaign else None, one.channel, one.source)))
        for pk, one in found.items()
    }


SAID: Mapping[Subject, Callable[[Iterable[int]], dict[int, str]]] = {
    Subject.LEAD: _leads,
    Subject.DEAL: _deals,
    Subject.SPEND: _spend,
    Subject.SERIES: _series,
}


def said_of(subject: Subject, ids: Iterable[int]) -> dict[int, str]:
    """By subject; one query whatever their number."""
    return SAID[subject](set(ids))

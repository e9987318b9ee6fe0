"""Leads as a file: the columns are the fields of the kind `leads`, so that it can be brought in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from alignment.people.selectors import Somebody
from alignment.ui.exports import Export
from leads.exports import attributes
from leads.exports.batches import batches
from leads.exports.naming import Names, is_known_by_id, name_of
from leads.lifecycle.models import StageChange
from leads.privacy.models import Consent
from leads.records.models import Lead

NOTE = "The profile alignment-leads brings this file in again."
BEFORE_CONSENTS = (
    "system", "external_id", "created_at", "email", "phone", "first_name", "last_name", "full_name", "title", "company",
    "company_system", "company_external_id", "source", "channel", "campaign", "stage", "stage_at", "reason", "owner", "team",
    "segment", "territory", "country",
)  # fmt: skip


class _Row(NamedTuple):
    """What is read of a lead."""

    pk: int
    system: str | None
    external_id: str | None
    created_at: datetime
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    full_name: str | None
    title: str | None
    company_id: int | None
    company__name: str | None
    company__scope: int | None
    company__system: str | None
    company__external_id: str | None
    source: str | None
    channel: str | None
    campaign_id: int | None
    stage_id: str | None
    progress__stage_since: datetime | None
    said_why: str | None
    owner_id: int | None
    team_id: int | None
    segment: str | None
    territory: str | None
    country: str | None
    attributes: dict[str, object]
    is_known: bool


def leads_export(
    reader: Somebody, leads: QuerySet[Lead], *, as_of: datetime, filters: Sequence[str] = (), title: str = "Leads"
) -> Export:
    """These leads, in their order; `reader` is told the names that they may know."""
    leads = leads.prefetch_related(None)
    texts = attributes.text_names(leads)
    purposes = list(
        Consent.objects.filter(lead__in=leads.order_by())
        .order_by("purpose")
        .values_list("purpose", flat=True)
        .distinct()
    )
    names = [*BEFORE_CONSENTS, *(f"consent.{purpose}" for purpose in purposes), *attributes.names_of(texts)]
    return Export(title, names, _rows(reader, leads, purposes, texts), as_of, filters, NOTE)


def _rows(
    reader: Somebody, leads: QuerySet[Lead], purposes: Sequence[str], texts: Sequence[str]
) -> Iterator[list[object]]:
    known_as = Names(reader)
    for batch in batches(_read(leads)):
        rows = [_Row(*row) for row in batch]
        consents = _consents([row.pk for row in rows]) if purposes else {}
        for row in rows:
            said = consents.get(row.pk, {})
            yield [
                *_plain(row, known_as),
                *(said.get(one) for one in purposes),
                *attributes.cells_of(row.attributes, texts),
            ]


def _read(leads: QuerySet[Lead]) -> QuerySet[Any, tuple[Any, ...]]:
    said = StageChange.objects.filter(
        lead=OuterRef("pk"), to=OuterRef("stage"), at=OuterRef("progress__stage_since"), void=None
    )
    why = Subquery(said.order_by("-pk").values("reason")[:1])
    return leads.annotate(is_known=is_known_by_id(), said_why=why).values_list(*_Row._fields)


def _plain(row: _Row, known_as: Names) -> list[object]:
    system, external_id = name_of(row.pk, row.system, row.external_id, stands=row.is_known)
    company: tuple[str | None, str | None] = (None, None)
    if row.company_id is not None:
        company = name_of(row.company_id, row.company__system, row.company__external_id, stands=row.company__scope == 0)
    stage_at = row.progress__stage_since
    return [
        system, external_id, row.created_at, row.email, row.phone, row.first_name, row.last_name, row.full_name, row.title,
        row.company__name, *company, row.source, row.channel, known_as.campaign(row.campaign_id), row.stage_id, stage_at, row.said_why,
        known_as.person(row.owner_id), known_as.team(row.team_id), row.segment, row.territory, row.country,
    ]  # fmt: skip


def _consents(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The latest word on each purpose."""
    found: dict[int, dict[str, str]] = {}
    latest = (
        Consent.objects.filter(lead__in=ids).order_by("lead_id", "purpose", "-at", "-pk").distinct("lead_id", "purpose")
    )
    for lead_id, purpose, state in latest.values_list("lead_id", "purpose", "state"):
        found.setdefault(lead_id, {})[purpose] = state
    return found

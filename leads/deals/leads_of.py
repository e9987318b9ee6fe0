"""Whose deals are these? The lead that each row names; where that was asked for, leads are made from deals."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection

from alignment.cleaning import Unfit
from leads.deals.cleaning import CleanDeal
from leads.deals.merging import Home
from leads.deals.models import DealStatus
from leads.outcome import RowResult
from leads.records.finding import find_leads
from leads.records.rows import LeadRow
from leads.records.sender import Sender
from leads.records.upsert import upsert_leads

HOMES = "SELECT id, created_at, company_id, erased_at IS NOT NULL FROM leads_lead WHERE id = ANY(%(leads)s::bigint[])"


def leads_of(
    rows: Sequence[CleanDeal], results: dict[int, RowResult], sender: Sender, *, create: bool, settled: Collection[int]
) -> dict[int, int | None]:
    """By the row's index its lead, None where it names none; rows that name an unknown one are rejected.

    `create` makes missing leads, and one for each deal that names none; `settled` are the rows of deals that have a lead.
    """
    found = find_leads((row.pointer for row in rows), scope=sender.scope)
    leads: dict[int, int | None] = {}
    make = []
    for row in rows:
        leads[row.index] = found.get(row.pointer)
        if leads[row.index] is not None or row.pointer.lead_id is not None:
            continue
        if create and (row.pointer.name or row.index not in settled):
            make.append(row)
    leads |= _make(make, sender)
    for row in rows:
        if leads[row.index] is None and (row.pointer.lead_id is not None or row.pointer.name):
            try:
                found.require(row.pointer)
            except Unfit as unfit:
                results[row.index] = unfit.result(row.index)
                del leads[row.index]
    return leads


def homes_of(lead_ids: Collection[int]) -> Mapping[int, Home]:
    """When these leads were created, and their companies."""
    if not lead_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(HOMES, {"leads": sorted(lead_ids)})
        return {lead_id: Home(*known) for lead_id, *known in cursor.fetchall()}


def _make(rows: Sequence[CleanDeal], sender: Sender) -> dict[int, int | None]:
    if not rows:
        return {}
    outcomes = upsert_leads([_lead(row, sender.now) for row in rows], first_stage=False, **sender.as_arguments())
    return {row.index: outcome.id for row, outcome in zip(rows, outcomes, strict=True)}


def _lead(row: CleanDeal, now: datetime) -> LeadRow:
    """The lead in a deal: owner, company and system are the deal's."""
    texts = row.texts
    closed_at = row.closed_at if row.status in (DealStatus.WON, DealStatus.LOST) else None
    name = f"deal:{texts.get('system', '')}:{texts['external_id']}" if "external_id" in texts else None
    return LeadRow(
        system=row.pointer.system, external_id=texts.get("lead_external_id"), email=texts.get("email"),
        owner=texts.get("owner"), company=texts.get("company"), company_external_id=texts.get("company_external_id"),
        company_system=texts.get("company_system", texts.get("system")),
        created_at=row.opened_at or (closed_at if closed_at is not None and closed_at <= now else now),
        content=hashlib.sha256(name.encode()).hexdigest() if name and not row.pointer.name else None,
    )  # fmt: skip

"""Makers of definitions that are in force, and of the job that applies them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions import judging, runs
from leads.lifecycle.models import StageChange
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import Cast, day

Document = dict[str, Any]

IN_GERMANY: Document = {"field": "lead.country", "op": "is", "value": "DE"}
LARGE: Document = {"field": "company.employees", "op": "at_least", "value": 50}


def viewed(count: int = 1, days: int | None = None, op: str = "at_least") -> Document:
    """So many page views, within so many days."""
    return {"activity": {"kinds": ["page_view"]}, "op": op, "count": count, "within_days": days}


def agreed(cast: Cast, key: str, criteria: Document, at: datetime, **scores: Document) -> Version:
    """A definition that both sides signed at that moment, in force from then on."""
    draft = start_draft("lead_definition", key, {"criteria": criteria, **scores}, author=cast.marketing_lead, now=at)
    propose(draft.pk, by=cast.marketing_lead, now=at)
    return sign(draft.pk, by=cast.sales_lead, now=at)


def a_lead_at(external_id: str, recorded: float = 0, **fields: Any) -> Lead:
    """A lead that came in so many days after TIME_ZERO, without the first stage unless `stage` says so."""
    row = LeadRow(system="test", external_id=external_id, created_at=day(recorded), **fields)
    result = upsert_leads([row], now=day(recorded), actor_id=None)[0]
    assert result.id is not None, result
    return Lead.objects.get(pk=result.id)


def saw(lead: Lead, at: float, recorded: float | None = None, kind: str = "page_view") -> None:
    """Something that the lead did, and when we learnt of it."""
    known = day(at if recorded is None else recorded)
    [result] = log_activities([ActivityRow(kind=kind, at=day(at), lead_id=lead.pk)], now=known, actor_id=None)
    assert result.status == "created", result


def work_until(days: float) -> judging.Judged:
    """Everything that waits is judged, so many days after TIME_ZERO."""
    return judging.drain(now=lambda: day(days)) + runs.advance(now=lambda: day(days))


def moves() -> list[tuple[str | None, str, float, str]]:
    """What the machine did: (lead, stage, days after TIME_ZERO, version), in the order of the log."""
    rows = StageChange.objects.exclude(agreement_version=None).select_related("lead", "agreement_version__agreement")
    return [
        (row.lead.external_id, row.to_id, (row.at - day(0)).total_seconds() / 86_400, str(row.agreement_version))
        for row in rows.order_by("lead__external_id", "at", "id")
    ]

"""The fixed cast of every test, a fixed moment, and makers that build history through the real doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from alignment.people.models import Organisation, Team, User
from alignment.people.persons import add_person, ensure_team
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads

TIME_ZERO = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2024, 12, 1, 12, 0, tzinfo=UTC)
PASSWORD = "a-long-enough-password"


def day(days: float) -> datetime:
    """So many days after TIME_ZERO."""
    return TIME_ZERO + timedelta(days=days)


@dataclass(frozen=True)
class Cast:
    """Everybody. The outsider is in no team and must get 404 for every lead; the other partner for the partner's."""

    marketing: Team
    sales: Team
    partners: Team
    other_partners: Team
    marketer: User
    marketing_lead: User
    salesperson: User
    sales_lead: User
    partner: User
    other_partner: User
    manager: User
    operator: User
    outsider: User


def cast() -> Cast:
    """The organisation (UTC, EUR), its teams and its people, all active since always."""
    Organisation.objects.update_or_create(
        id=1, defaults={"name": "Test", "timezone": "UTC", "currency": "EUR", "set_up_at": TIME_ZERO}
    )
    marketing = ensure_team("Marketing", side="marketing")
    sales, partners, others = (
        ensure_team("Sales", side="sales"),
        ensure_team("Partners", side="partner"),
        ensure_team("Others", side="partner"),
    )

    def person(name: str, team: Team | None, role: str = "member") -> User:
        email = f"{name.lower().replace(' ', '-')}@test.example"
        return add_person(name=name, email=email, password=PASSWORD, team=team, role=role, now=TIME_ZERO)

    return Cast(
        marketing=marketing,
        sales=sales,
        partners=partners,
        other_partners=others,
        marketer=person("Marketer", marketing),
        marketing_lead=person("Marketing Lead", marketing, "lead"),
        salesperson=person("Salesperson", sales),
        sales_lead=person("Sales Lead", sales, "lead"),
        partner=person("Partner", partners),
        other_partner=person("Other Partner", others),
        manager=person("Manager", None, "manager"),
        operator=person("Operator", None, "operator"),
        outsider=person("Outsider", None),
    )


def a_lead(
    external_id: str | None = None,
    *,
    created_at: datetime = TIME_ZERO,
    scope: int = 0,
    owner: User | None = None,
    recorded_at: datetime | None = None,
    **fields: Any,
) -> Lead:
    """A lead that came in through the usual door, by default learnt of at `NOW`; `fields` as in `LeadRow`."""
    row = LeadRow(
        system="test" if external_id else None,
        external_id=external_id,
        created_at=created_at,
        owner=owner.label if owner else None,
        **fields,
    )
    result = upsert_leads([row], now=recorded_at or max(NOW, created_at), actor_id=None, scope=scope)[0]
    assert result.id is not None, result
    return Lead.objects.get(pk=result.id)


def moved(
    lead: Lead, *steps: tuple[str, float], reason: str | None = None, recorded_at: datetime = NOW, cause: str = "manual"
) -> None:
    """Stage changes as (stage, days after TIME_ZERO), in order."""
    record_changes(
        [NewChange(lead.pk, to, day(days), cause, reason=reason) for to, days in steps], recorded_at=recorded_at
    )
    lead.refresh_from_db()


def held_by(lead: Lead, owner: User | None, at: datetime = TIME_ZERO) -> None:
    """Who holds the lead from `at` on."""
    record_values([NewValue(lead.pk, "owner", at, ref=owner.pk if owner else None)], recorded_at=NOW)
    lead.refresh_from_db()


def did(lead: Lead, kind: str, days: float, **fields: Any) -> None:
    """Something that happened so many days after TIME_ZERO."""
    result = log_activities([ActivityRow(kind=kind, at=day(days), lead_id=lead.pk, **fields)], now=NOW, actor_id=None)[
        0
    ]
    assert result.status == "created", result


def a_deal(
    lead: Lead | None = None,
    *,
    amount: str = "1000",
    status: str = "open",
    attributes: Mapping[str, object] | None = None,
    **fields: Any,
) -> Deal:
    """A deal; `fields` as in `DealRow`."""
    row = DealRow(
        lead_id=lead.pk if lead else None, amount=Decimal(amount), status=status, attributes=attributes or {}, **fields
    )
    result = save_deals([row], now=NOW, actor_id=None)[0]
    assert result.id is not None, result
    return Deal.objects.get(pk=result.id)

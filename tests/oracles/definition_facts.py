"""What is known about one lead, as far as a definition may ask about it: plain rows for the second evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

Json: TypeAlias = object


@dataclass(frozen=True)
class CompanyFacts:
    """A company as it is or was."""

    name: str
    domain: str | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    annual_revenue: Decimal | None = None
    attributes: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class LeadFacts:
    """A lead's own fields as they are or were; `company` is the key of one of the companies of `Facts`."""

    created_at: datetime
    source: str | None = None
    channel: str | None = None
    campaign: str | None = None
    country: str | None = None
    title: str | None = None
    segment: str | None = None
    territory: str | None = None
    email: str | None = None
    email_usable: bool = False
    phone_usable: bool = False
    company: str | None = None
    attributes: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class ActivityFact:
    """Something that happened; `campaign` is the campaign's name."""

    kind: str
    at: datetime
    recorded_at: datetime
    imported: bool = False
    url: str | None = None
    asset: str | None = None
    campaign: str | None = None
    channel: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class ConsentFact:
    """A row of the log of consents; `state` is granted, refused or withdrawn. Rows stand in the order of their ids."""

    purpose: str
    state: str
    at: datetime
    recorded_at: datetime
    imported: bool = False


@dataclass(frozen=True)
class Facts:
    """All that is known about one lead. What was before: pairs of what held, and until when, excluding that instant."""

    lead: LeadFacts
    recorded_at: datetime
    companies: Mapping[str, CompanyFacts] = field(default_factory=dict)
    activities: tuple[ActivityFact, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    lead_before: tuple[tuple[datetime, LeadFacts], ...] = ()
    companies_before: Mapping[str, tuple[tuple[datetime, CompanyFacts], ...]] = field(default_factory=dict)

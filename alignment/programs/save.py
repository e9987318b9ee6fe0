"""How do campaigns, what they cost, and exchange rates come in? Their only writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from alignment.outcome import RowResult
from alignment.programs.models import Campaign


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """Identity is system and external id, else the name without regard to case. None means "not stated"."""

    name: str | None
    system: str | None = None
    external_id: str | None = None
    type: str | None = None
    status: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget: Decimal | None = None
    currency: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateRow:
    """How much of the reporting currency one unit of `currency` was worth on `date`. Identity is both."""

    date: date | None
    currency: str | None
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class SpendRow:
    """Money spent over [starts_on, ends_on] (`ends_on` None: one day). `content` finds the same row of a file again."""

    starts_on: date | None
    amount: Decimal | None
    ends_on: date | None = None
    currency: str | None = None
    campaign: str | None = None
    channel: str | None = None
    source: str | None = None
    content: str | None = None


def save_campaigns(rows: Sequence[CampaignRow], *, now: datetime, actor_id: int | None, import_id: int | None = None) -> list[RowResult]:
    """Make or change campaigns; one result a row, in order."""
    raise NotImplementedError


def save_rates(rows: Sequence[RateRow], *, now: datetime, actor_id: int | None, import_id: int | None = None) -> list[RowResult]:
    """Make or correct published rates; one result a row, in order."""
    raise NotImplementedError


def save_spend(rows: Sequence[SpendRow], *, now: datetime, actor_id: int | None, import_id: int | None = None) -> list[RowResult]:
    """Make spend; one result a row, in order. The same row of a file again is unchanged."""
    raise NotImplementedError


def edit_campaign(campaign: Campaign, changes: Mapping[str, object], *, expected_version: int | None = None) -> Campaign:
    """Change a campaign by hand; another version than expected is refused with `version_changed` (412)."""
    raise NotImplementedError

"""What campaigns, what they cost, and exchange rates look like on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


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
    """Money spent over [starts_on, ends_on] (`ends_on` None: one day); less than 0 is a credit.

    Identity is system and external id, else `content`, by which the same row of a file is found again. `whole_span`:
    both days are needed, since a span that nobody ended is not one day.
    """

    starts_on: date | None
    amount: Decimal | None
    ends_on: date | None = None
    currency: str | None = None
    campaign: str | None = None
    channel: str | None = None
    source: str | None = None
    system: str | None = None
    external_id: str | None = None
    content: str | None = None
    whole_span: bool = False


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """What an outside number was on a day, for a campaign, channel or source, or for all. Identity is all but the value."""

    metric: str | None
    date: date | None
    value: Decimal | None
    campaign: str | None = None
    channel: str | None = None
    source: str | None = None

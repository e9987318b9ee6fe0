"""What a deal looks like on its way in, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from alignment.cleaning import NOTHING


class DealRow(NamedTuple):
    """None means "not stated". The lead is named by `lead_id`, else by `lead_external_id` within `system`, else by e-mail.

    `lead_system` and `company_system` are the systems of those ids, where they are not the deal's own.
    The company is named by `company_external_id` within `system`, else by its name; else it is the lead's.
    Identity is system and external id; without an external id the row is always a new deal, unless it has `deal_id`.
    `status` of a new deal defaults to open, `currency` to the reporting currency.
    """

    system: str | None = None
    external_id: str | None = None
    deal_id: int | None = None
    lead_external_id: str | None = None
    lead_system: str | None = None
    lead_id: int | None = None
    email: str | None = None
    company: str | None = None
    company_external_id: str | None = None
    company_system: str | None = None
    owner: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    lost_reason: str | None = None
    kind: str | None = None
    attributes: Mapping[str, object] = NOTHING

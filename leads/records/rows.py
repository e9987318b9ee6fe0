"""What a lead looks like on its way in, whoever sends it: one line of a file, one object of the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from alignment.cleaning import NOTHING


class LeadRow(NamedTuple):
    """Everything is optional; None means "not stated" and never wipes what is known.

    `consents` maps a purpose to granted, refused or withdrawn. `content` is the hash of the row's own content, by
    which it is found again when it has neither external id nor e-mail; without it such a row is always a new lead.
    `company_system` is the system of `company_external_id`, where it is not the row's own.
    `joins`: an external id that nobody has yet becomes a further name of the lead with this e-mail, if there is one.
    """

    system: str | None = None
    external_id: str | None = None
    created_at: datetime | None = None
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    title: str | None = None
    company: str | None = None
    company_external_id: str | None = None
    company_system: str | None = None
    source: str | None = None
    channel: str | None = None
    campaign: str | None = None
    stage: str | None = None
    stage_at: datetime | None = None
    reason: str | None = None
    owner: str | None = None
    team: str | None = None
    segment: str | None = None
    territory: str | None = None
    country: str | None = None
    consents: Mapping[str, str] = NOTHING
    attributes: Mapping[str, object] = NOTHING
    content: str | None = None
    joins: bool = False

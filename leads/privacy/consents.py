"""What has a person allowed us, for which purpose and since when? The only writer of consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A row for the log of consents; `state` is granted, refused or withdrawn."""

    lead_id: int
    purpose: str
    state: str
    at: datetime


def record_consents(rows: Sequence[NewConsent], *, now: datetime, actor_id: int | None, import_id: int | None = None) -> list[int]:
    """Log consents; the ids of the rows that were new. One that says what held at that moment already is left out."""
    raise NotImplementedError

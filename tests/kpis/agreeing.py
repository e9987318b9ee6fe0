"""Both sides agree on a funnel or on limits: drafted, proposed and signed through the doors that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from tests.world import Cast

LIMITS: dict[str, dict[str, float]] = {
    "unrouted": {"limit_days": 1 / 24, "business": False},
    "stalled": {"limit_days": 30, "business": False, "quiet_days": 14},
    "ping_pong": {"times": 3},
    "forgotten": {"limit_days": 30, "business": False},
    "dropped_customer": {"limit_days": 60, "business": False},
}


def agreed(
    people: Cast, kind: str, terms: object, *, at: datetime, signed_at: datetime | None = None, key: str = "default"
) -> Version:
    """A version signed by both leads (by default just then), in force from `at`."""
    now = signed_at or at
    draft = start_draft(kind, key, terms, author=people.marketing_lead, now=now, effective_from=at)
    propose(draft.pk, by=people.marketing_lead, now=now)
    return sign(draft.pk, by=people.sales_lead, now=now)


def limits(**days: Mapping[str, float]) -> dict[str, Any]:
    """The limits laid in at set-up, but for what is said."""
    return {kind: {**LIMITS[kind], **days.get(kind, {})} for kind in LIMITS}

"""What else follows from an activity: a hard bounce makes the e-mail unusable, an unsubscribe takes the consent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leads.activities.kinds import Kind
from leads.lifecycle.changes import NewValue, append_values, lock
from leads.privacy.consents import NewConsent, record_consents
from leads.privacy.models import Consent
from leads.records.usable import keep_usable

MARKETING_PURPOSE = "marketing"


def follow(
    new: Sequence[tuple[int, Kind, datetime]], *, now: datetime, actor_id: int | None, import_id: int | None
) -> None:
    """Write what follows from activities that were just logged: (lead, kind, at)."""
    bounced = [(lead_id, at) for lead_id, kind, at in new if kind.bounces]
    if bounced:
        ids = lock(lead_id for lead_id, _at in bounced)
        values = [NewValue(lead_id, "email_usable", at, text="no") for lead_id, at in bounced]
        append_values(values, recorded_at=now, actor_id=actor_id, import_id=import_id)
        keep_usable(ids)
    withdrawn = [
        NewConsent(lead_id, MARKETING_PURPOSE, Consent.State.WITHDRAWN.value, at, source=kind.title)
        for lead_id, kind, at in new
        if kind.withdraws
    ]
    record_consents(withdrawn, now=now, actor_id=actor_id, import_id=import_id)

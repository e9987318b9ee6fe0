"""What does a lead's page show of who said what? The fields of which two systems say different things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from alignment.people.selectors import sees_everything
from leads import panels
from leads.records.models import Lead
from leads.selectors.statements import differences, voices_of


def panel_of(lead: Lead, user: User, _now: datetime) -> Mapping[str, object] | None:
    """For who sees every lead; nothing where all say the same."""
    if not sees_everything(user) or lead.erased_at is not None:
        return None
    found = differences(lead, voices_of(lead))
    return {"differences": found} if found else None


def install() -> None:
    """Show on the pages of leads where systems differ."""
    panels.panels.append(panels.LeadPanel("leads/_statements.html", panel_of))

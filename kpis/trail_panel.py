"""The trail of one lead on its page: who had it, how long, and why it changed hands, as a picture with the same words below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from kpis.holding import holdings_of
from leads import panels
from leads.models import Lead


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """Nothing where the lead never changed hands."""
    holdings = holdings_of(lead, user, now)
    return {"holdings": holdings, "back": sum(one.back for one in holdings)} if len(holdings) > 1 else None


def install() -> None:
    """Show the trail on the pages of leads."""
    panels.panels.append(panels.LeadPanel("kpis/_lead_trail.html", panel_of))

"""On the page of a lead whose deals were won: both sides' part in each win."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from kpis.money.wins import won_together
from leads import panels
from leads.models import Deal, Lead

LATEST = 5


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """The latest wins; nothing where nothing was won."""
    deals = list(
        Deal.objects.filter(lead=lead, status="won", closed_at__lte=now).order_by("-closed_at", "-pk")[:LATEST]
    )
    return {"wins": won_together(deals, user, now=now)} if deals else None


def install() -> None:
    """Show wins on the pages of leads."""
    panels.panels.append(panels.LeadPanel("kpis/_won_together.html", panel_of))

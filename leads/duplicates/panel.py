"""What does a lead's page say of duplicates? Pairs to decide, and who was merged into it; only what the person may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from alignment.people.selectors import may_write
from leads import panels
from leads.duplicates.selectors import merges_into, open_pairs_of
from leads.records.models import Lead


def panel_of(lead: Lead, user: User, _now: datetime) -> Mapping[str, object] | None:
    """Nothing where there is nothing to say."""
    pairs, merges = open_pairs_of(lead, user), merges_into(lead, user)
    if not pairs and not merges:
        return None
    alike = [(pair, pair.second if pair.first_id == lead.pk else pair.first) for pair in pairs]
    undoes = {merge.pk for merge in merges[:1] if may_write(user) and (merge.by_id == user.pk or user.is_operator)}
    return {"lead": lead, "alike": alike, "merges": [(merge, merge.pk in undoes) for merge in merges]}


def install() -> None:
    """Show duplicates on the pages of leads."""
    panels.panels.append(panels.LeadPanel("duplicates/_panel.html", panel_of))

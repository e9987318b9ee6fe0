"""What does a lead's page show of qualification? Which version moved it and when, and what it lacks for the next stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.agreements.entitlement import may_read
from alignment.people.models import User
from leads import panels
from leads.definitions.explaining import Explanation, Ledger
from leads.definitions.selectors import next_for, qualified
from leads.funnel.stage_sets import stage_set
from leads.records.models import Lead


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """For who may read agreements; nothing where no definition has or had a say."""
    if not may_read(user):
        return None
    stages = stage_set()
    moves, following = qualified(lead, stages), next_for(lead, stages, now)
    if not moves and following is None:
        return None
    return {
        "moves": moves,
        "next": following,
        "scores": _scores(following.explanation) if following and following.explanation else [],
    }


def _scores(explanation: Explanation) -> list[tuple[str, Ledger]]:
    """The scores that the definition has, each with its ledger."""
    found = (("Fit", explanation.fit), ("Engagement", explanation.engagement))
    return [(title, ledger) for title, ledger in found if ledger is not None]


def install() -> None:
    """Show qualification on the pages of leads."""
    panels.panels.append(panels.LeadPanel("leads/_qualification.html", panel_of))

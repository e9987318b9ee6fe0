"""What do pages about leads show of scores? A panel on a lead's page, a filter of the list; the API a field. The inbox shows nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from alignment.people.models import User
from alignment.ui.words import percent
from kpis.scores.models import ModelVersion, Score
from kpis.scores.selectors import standing_of
from leads import panels
from leads.models import Lead

LIMITS = (50, 25, 10, 5)


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """The chance of a lead with its reasons, or nothing."""
    standing = standing_of(lead, user)
    return {"standing": standing} if standing else None


def _choices() -> Sequence[tuple[str, str]]:
    return [(f"{limit}", f"{percent(limit / 100, 0)} or more") for limit in LIMITS]


def _likely(leads: QuerySet[Lead], value: str, now: datetime) -> QuerySet[Lead]:
    scored = Score.objects.filter(version__state=ModelVersion.State.IN_USE, chance__gte=int(value) / 100)
    return leads.filter(pk__in=scored.values("lead"))


def _chance() -> Subquery:
    scored = Score.objects.filter(lead=OuterRef("pk"), version__state=ModelVersion.State.IN_USE)
    return Subquery(scored.values("chance")[:1])


def install() -> None:
    """Show scores on the pages about leads."""
    panels.columns["chance"] = _chance
    panels.panels.append(panels.LeadPanel("kpis/score_of_lead.html", panel_of))
    panels.filters.append(panels.LeadFilter("chance", "Chance to be won", _choices, _likely))

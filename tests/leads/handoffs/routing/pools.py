"""Makers for routing: teams of several people, leads that came into a stage at a moment, and the job that hands them over."""

from __future__ import annotations

from collections import Counter
from typing import Any

from alignment.people.models import Team, User
from alignment.people.persons import add_person, ensure_team
from leads.definitions import judging
from leads.handoffs.models import Handoff, Need
from leads.handoffs.routing import job
from leads.lifecycle.changes import NewChange, record_changes
from leads.records.models import Lead
from tests.leads.definitions.qualifying import a_lead_at
from tests.world import TIME_ZERO, day

Document = dict[str, Any]


def team_of(*names: str, team: str = "Inside Sales", side: str = "sales") -> tuple[Team, list[User]]:
    """A team with these people."""
    made = ensure_team(team, side=side)
    people = [
        add_person(name=name, email=f"{name.lower()}@test.example", team=made, role="member", now=TIME_ZERO)
        for name in names
    ]
    return made, people


def weighted(team: Team, **pool: Any) -> Document:
    return {"strategy": "weighted", "pool": {"team": team.pk, **pool}}


def round_robin(team: Team, **pool: Any) -> Document:
    return {"strategy": "round_robin", "pool": {"team": team.pk, **pool}}


def queue(team: Team) -> Document:
    return {"strategy": "queue", "team": team.pk}


def came_into(stage: str, name: str, days: float, **fields: Any) -> Lead:
    """A lead that came in and was moved into the stage at that moment, as it was recorded."""
    lead = a_lead_at(name, days, **{"email": f"{name}@example.com", **fields})
    move(lead, stage, days)
    return lead


def move(lead: Lead, stage: str, days: float) -> None:
    """Moved by hand so many days after TIME_ZERO, and recorded then."""
    record_changes([NewChange(lead.pk, stage, day(days), "manual")], recorded_at=day(days))


def route_at(days: float, batch: int = job.BATCH) -> job.Routed:
    """Everybody who waits is judged and then routed, so many days after TIME_ZERO."""
    judging.drain(now=lambda: day(days))
    done = job.route_waiting(now=lambda: day(days), batch=batch)
    return done + job.drain(now=lambda: day(days))


def offers() -> list[tuple[str | None, str | None, float | None, float]]:
    """Every handoff: (lead, to whom, qualified when, offered when), days after TIME_ZERO, in order."""
    rows = Handoff.objects.order_by("id").select_related("lead", "to_user", "to_team")
    return [
        (
            row.lead.external_id,
            row.to_user.name if row.to_user else row.to_team.name,
            (row.qualified_at - TIME_ZERO).total_seconds() / 86_400 if row.qualified_at else None,
            (row.offered_at - TIME_ZERO).total_seconds() / 86_400,
        )
        for row in rows
    ]


def needs() -> list[tuple[str | None, float, str | None, str | None, bool]]:
    """Every need: (lead, qualified when, why nobody could take it, why it ended, whether it is over)."""
    rows = Need.objects.order_by("id").select_related("lead")
    return [
        (
            row.lead.external_id,
            (row.qualified_at - TIME_ZERO).total_seconds() / 86_400,
            row.no_receiver,
            row.ended_why,
            row.ended_at is not None,
        )
        for row in rows
    ]


def shares() -> dict[str, int]:
    """How many leads everybody was offered."""
    return dict(Counter(name for name in Handoff.objects.values_list("to_user__name", flat=True) if name))

"""Makers of rules in force and of offers, and what is kept of a handoff, for tests of what happens with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce, in_force
from alignment.people.models import Team, User
from alignment.people.persons import add_person
from leads.handoffs.models import Handoff
from leads.handoffs.offering import Offer, offer_all
from leads.handoffs.terms import KIND
from leads.lifecycle.changes import lock
from leads.records.models import Lead
from tests.world import TIME_ZERO, Cast, a_lead, held_by, moved

KEY = "mql-to-sal"
BEGAN = TIME_ZERO
Document = dict[str, Any]

REASONS: list[Document] = [
    {"key": "not-now", "title": "Not now", "next": "recycle", "cool_off_days": 30},
    {"key": "no-fit", "title": "Does not fit", "next": "disqualify", "note": True},
    {"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"},
]
HOLDS: list[Document] = [
    {"key": "customer", "title": "Waiting for the customer", "most_hours": 120},
    {"key": "stock", "title": "Waiting for stock", "most_hours": 6},
]


def at(hours: float, minutes: float = 0) -> datetime:
    """So long after everything began: Monday, 1 January 2024, 09:00 UTC."""
    return BEGAN + timedelta(hours=hours, minutes=minutes)


def terms(cast: Cast, **changed: Any) -> Document:
    """A rule from MQL to SAL: clock time, so that figures can be read off; 4 hours to accept, 8 to first contact."""
    return {
        "title": "MQL to sales",
        "criteria": {"field": "lead.email_usable", "op": "is", "value": True},
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [{"strategy": "queue", "team": cast.sales.pk}],
        "accept_within": {"hours": 4.0, "business": False},
        "contact_within": {"hours": 8.0, "business": False},
        "remind_at": 0.75,
        "escalate": [
            {"after": {"hours": 1.0, "business": False}, "to": "receiver_lead"},
            {"after": {"hours": 3.0, "business": False}, "to": "both_leads"},
        ],
        "expire_after": {"hours": 16.0, "business": False},
        "reasons": REASONS,
        "holds": HOLDS,
        **changed,
    }


def agreed(cast: Cast, key: str = KEY, *, when: datetime = BEGAN, **changed: Any) -> InForce:
    """The rule, signed by both sides at that moment."""
    draft = start_draft(KIND, key, terms(cast, **changed), author=cast.marketing_lead, now=when)
    propose(draft.pk, by=cast.marketing_lead, now=when)
    sign(draft.pk, by=cast.sales_lead, now=when)
    found = in_force(KIND, key, when)
    assert found is not None
    return found


def an_mql(name: str, *, owner: User | None = None, **fields: Any) -> Lead:
    """A lead in MQL since the beginning."""
    lead = a_lead(name, email=f"{name}@example.com", **fields)
    moved(lead, ("mql", 0))
    if owner is not None:
        held_by(lead, owner)
    return lead


def offered(lead: Lead, rule: InForce, to: User | Team, *, when: datetime = BEGAN, **more: Any) -> Handoff:
    """An open offer of this lead to a person, or to anybody of a team."""
    user, team = (to, to.team) if isinstance(to, User) else (None, to)
    assert team is not None
    one = Offer(lead.pk, rule, user.pk if user else None, team.pk, **more)
    with transaction.atomic():
        lock([lead.pk])
        [handoff_id] = offer_all([one], now=when)
    return Handoff.objects.get(pk=handoff_id)


def colleague(name: str, team: Team, role: str = "member") -> User:
    """One more person in a team."""
    return add_person(
        name=name,
        email=f"{name.lower()}@test.example",
        password="a-long-enough-password",
        team=team,
        role=role,
        now=BEGAN,
    )


def stand(lead: Lead) -> tuple[str | None, str | None, str | None, str | None]:
    """Where the lead is: stage, owner, team, and the team that it is on offer to."""
    lead.refresh_from_db()
    owner, team, offered_team = lead.owner, lead.team, lead.offered_team
    return (
        lead.stage_id,
        owner.name if owner else None,
        team.name if team else None,
        offered_team.name if offered_team else None,
    )


def facts(handoff: Handoff, *names: str) -> Mapping[str, object]:
    """These fields as the database has them."""
    handoff.refresh_from_db()
    return {name: getattr(handoff, name) for name in names}

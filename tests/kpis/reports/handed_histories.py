"""Handoffs made to be awkward: late news, holds, ties, all outcomes, drawn from a seed; and the same rows for the oracles."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from alignment.people.models import Team, User
from alignment.people.persons import add_person, ensure_team
from leads.activities.log import log_activities
from leads.activities.models import Activity
from leads.activities.rows import ActivityRow
from leads.handoffs.models import Deadline, Handoff
from leads.records.models import Lead
from tests.kpis.histories import GRID, START
from tests.oracles import handoffs as oracle

HOUR = timedelta(hours=1)
REASONS = ("no-fit", "not-now", None)
KINDS = ("call", "email", "mailing", "page_view", "note")
SECONDS = (0, 0, 1, 3_599)


def draw_handoffs(seed: int) -> None:
    """Up to four offers for each lead there is, one after the other, and what was done with the lead meanwhile."""
    random = Random(seed)
    sales = ensure_team("Sales", side="sales")
    partner = ensure_team("Partner", side="partner")
    people = [
        add_person(name=name, email=f"{name}@example.com", now=START, team=team)
        for name, team in (("kim", sales), ("lee", sales), ("pat", partner))
    ]
    for lead in Lead.objects.order_by("pk"):
        _offers(random, lead, people, sales)
        _activities(random, lead)


def _offers(random: Random, lead: Lead, people: list[User], queue: Team) -> None:
    at = lead.created_at + GRID * random.randrange(60)
    before: Handoff | None = None
    for _ in range(random.randrange(5)):
        if before is not None and before.state == "offered":
            return
        before = _offer(random, lead, random.choice((*people, None)), queue, at, before)
        at = (before.decided_at or at) + GRID * random.randrange(50)


def _offer(random: Random, lead: Lead, to: User | None, queue: Team, at: datetime, before: Handoff | None) -> Handoff:
    team = to.team if to and to.team else queue
    state = random.choice(("offered", "accepted", "accepted", "rejected", "expired", "withdrawn"))
    recorded_at = at + HOUR * random.choice((0, 0, 0, 500))
    accept_by, contact_by = at + HOUR * random.choice((4, 200)), at + HOUR * random.choice((9, 400))
    decided_at = {
        "offered": None,
        "expired": accept_by + 2 * HOUR,
    }.get(state, random.choice((accept_by, at + HOUR * random.randrange(1, 250))))
    decided_recorded_at = max(decided_at, recorded_at) + HOUR * random.choice((0, 0, 700)) if decided_at else None
    came_back = state == "accepted" and decided_at is not None and random.random() < 0.3
    returned_at = decided_at + GRID * random.randrange(1, 30) if came_back and decided_at else None
    reason = random.choice(REASONS) if state == "rejected" or came_back else None
    handoff = Handoff.objects.create(
        lead=lead,
        rule_key=random.choice(("mql-to-sal", "named")),
        origin="rule",
        replaces=before if state == "withdrawn" and random.random() < 0.2 and before else None,
        from_stage="mql",
        to_stage="sal",
        from_side="marketing",
        to_side=team.side,
        to_team=team,
        to_user=to,
        offered_at=at,
        recorded_at=recorded_at,
        state=state,
        decided_at=decided_at,
        decided_recorded_at=decided_recorded_at,
        returned_at=returned_at,
        returned_recorded_at=max(returned_at, decided_recorded_at) if returned_at and decided_recorded_at else None,
        reason=reason,
        reason_recorded_at=None
        if reason is None or decided_recorded_at is None
        else (returned_at or decided_recorded_at) + HOUR,
    )
    for clock, due in (("accept", accept_by), ("contact", contact_by)):
        Deadline.objects.create(handoff=handoff, clock=clock, due_at=due, recorded_at=recorded_at)
        if random.random() < 0.2:
            held = recorded_at + HOUR * random.randrange(1, 100)
            Deadline.objects.create(handoff=handoff, clock=clock, due_at=None, recorded_at=held)
            if random.random() < 0.7:
                resumed = held + HOUR * random.randrange(1, 100)
                Deadline.objects.create(
                    handoff=handoff, clock=clock, due_at=due + (resumed - held), recorded_at=resumed
                )
    return handoff


def _activities(random: Random, lead: Lead) -> None:
    for _ in range(random.randrange(6)):
        at = lead.created_at + GRID * random.randrange(150) + timedelta(seconds=random.choice(SECONDS))
        row = ActivityRow(kind=random.choice(KINDS), at=at, lead_id=lead.pk, typed_in=random.random() < 0.3)
        [result] = log_activities([row], now=at + HOUR * random.choice((0, 1, 1000)), actor_id=None)
        assert result.status == "created", result


def handoff_rows() -> list[oracle.HandoffRow]:
    """Every handoff in the database."""
    deadlines: dict[int, list[oracle.DeadlineRow]] = {}
    for one in Deadline.objects.order_by("recorded_at", "id"):
        deadlines.setdefault(one.handoff_id, []).append(oracle.DeadlineRow(one.clock, one.due_at, one.recorded_at))
    return [
        oracle.HandoffRow(
            seq=h.pk,
            lead=h.lead_id,
            rule=h.rule_key,
            offered_at=h.offered_at,
            recorded_at=h.recorded_at,
            to_owner=h.to_user.label if h.to_user else None,
            to_team=h.to_team.name,
            to_side=h.to_side,
            state=h.state,
            deadlines=tuple(deadlines.get(h.pk, [])),
            decided_at=h.decided_at,
            decided_recorded_at=h.decided_recorded_at,
            returned_at=h.returned_at,
            returned_recorded_at=h.returned_recorded_at,
            reason=h.reason,
            reason_recorded_at=h.reason_recorded_at,
        )
        for h in Handoff.objects.select_related("to_user", "to_team").order_by("pk")
    ]


def outreach_rows() -> list[oracle.Outreach]:
    """Every activity in the database."""
    return [
        oracle.Outreach(a.lead_id, a.at, a.recorded_at, a.direction, a.side, a.automated, a.typed_in)
        for a in Activity.objects.order_by("pk")
    ]

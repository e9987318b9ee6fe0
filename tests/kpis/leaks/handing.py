"""Handoffs as rows, without the services: for histories as awkward as the tables allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from alignment.agreements.models import Agreement, Version
from alignment.people.models import Team
from alignment.people.persons import ensure_team
from leads.handoffs.models import Deadline, Handoff, Need
from leads.lifecycle.changes import touch
from leads.models import Activity, Lead
from tests.kpis.leaking import EARLIER, GRID, NOW, START
from tests.world import TIME_ZERO, day

HOUR = timedelta(hours=1)
REASONS = (None, "", " ", "no-budget")


def a_rule(*, accept_hours: float = 4, contact_hours: float = 8) -> Version:
    """A rule that says how long there is; nothing else of it is looked at."""
    agreement, _new = Agreement.objects.get_or_create(
        kind="handoff_rule", key="to-sales", defaults={"created_at": TIME_ZERO}
    )
    terms = {"accept_within": {"hours": accept_hours}, "contact_within": {"hours": contact_hours}}
    return Version.objects.create(
        agreement=agreement, number=agreement.versions.count() + 1, terms=terms, schema=1, created_at=TIME_ZERO,
        changed_at=TIME_ZERO,
    )  # fmt: skip


def offered(
    lead: Lead, at: datetime, *, rule: Version | None = None, to: Team | None = None, learnt: datetime | None = None,
    accept_by: datetime | None = None, contact_by: datetime | None = None, **fields: Any,
) -> Handoff:  # fmt: skip
    """An offer at `at`, learnt then unless said otherwise; `fields` as in `Handoff`. Its lead waits for recomputing."""
    team = to or ensure_team("Sales", side="sales")
    recorded_at = learnt or at
    values = {"from_side": "marketing", "from_stage": "mql", "to_stage": "sal", "origin": "rule", **fields}
    if values.get("decided_at"):
        values.setdefault("decided_recorded_at", max(values["decided_at"], recorded_at))
    if values.get("returned_at"):
        values.setdefault("returned_recorded_at", values["returned_at"])
    handoff = Handoff.objects.create(
        lead=lead, rule=rule, rule_key="to-sales", to_team=team, to_side=team.side, offered_at=at,
        recorded_at=recorded_at, accept_by=accept_by, contact_by=contact_by, **values,
    )  # fmt: skip
    for clock, due_at in (("accept", accept_by), ("contact", contact_by)):
        Deadline.objects.create(handoff=handoff, clock=clock, due_at=due_at, recorded_at=recorded_at)
    if handoff.state == "offered":
        Lead.objects.filter(pk=lead.pk).update(offered_team=team)
    touch([lead.pk])
    return handoff


def needed(lead: Lead, at: datetime, **fields: Any) -> Need:
    """The lead qualified at `at`; `fields` as in `Need`."""
    values = {"rule": fields.pop("rule", None) or a_rule(), "rule_key": "to-sales", "recorded_at": at, **fields}
    if values.get("ended_at"):
        values.setdefault("ended_recorded_at", values["ended_at"])
    touch([lead.pk])
    return Need.objects.create(lead=lead, qualified_at=at, **values)


@dataclass
class _Drawing:
    random: Random
    rules: list[Version]
    teams: list[Team]

    def moment(self) -> datetime:
        later = timedelta(days=400) if self.random.random() < 0.4 else timedelta()
        return START + GRID * self.random.randrange(600) + later

    def learnt(self, at: datetime, after: datetime) -> datetime:
        """By EARLIER if it had happened by then, mostly; never before what it follows."""
        early = at <= EARLIER and after <= EARLIER and self.random.random() < 0.7
        return EARLIER if early else NOW

    def steps(self, at: datetime) -> Iterator[datetime]:
        while True:
            at += GRID * self.random.choice((0, 1, 1, 2, 3, 5, 20))
            yield at


def draw_handoffs(seed: int) -> None:
    """Needs, offers, decisions, holds, returns and contacts of the leads there are, drawn from a seed."""
    random = Random(f"handoffs {seed}")
    drawing = _Drawing(
        random,
        [a_rule(accept_hours=4, contact_hours=8.5), a_rule(accept_hours=0.0001, contact_hours=48)],
        [ensure_team(name, side=side) for name, side in (("S", "sales"), ("M", "marketing"), ("P", "partner"))],
    )
    for lead in Lead.objects.order_by("pk"):
        if random.random() < 0.85:
            _of_lead(drawing, lead)
    for lead_id, team in Handoff.objects.filter(state="offered").values_list("lead", "to_team"):
        Lead.objects.filter(pk=lead_id).update(offered_team=team)
    touch(Lead.objects.values_list("pk", flat=True))


def _of_lead(drawing: _Drawing, lead: Lead) -> None:
    random, before, moments = drawing.random, None, drawing.steps(drawing.moment())
    for _ in range(random.randrange(8)):
        passed_on = before is not None and before.state == "withdrawn" and random.random() < 0.6
        at = (before.decided_at if before and passed_on else None) or next(moments)
        if not passed_on and random.random() < 0.4:
            _need(drawing, lead, at, next(moments))
            at = next(moments)
        last = random.random() < 0.15
        before = _offer(drawing, lead, at, None if last else next(moments), before, passed_on=passed_on)
        if last:
            return
    if random.random() < 0.3:
        _need(drawing, lead, next(moments), None)


def _need(drawing: _Drawing, lead: Lead, at: datetime, until: datetime | None) -> None:
    random = drawing.random
    recorded_at = drawing.learnt(at, at)
    needed(
        lead, at, rule=drawing.rules[0], recorded_at=recorded_at,
        no_receiver_at=random.choice((None, None, at, at + HOUR / 2, at + GRID)), ended_at=until,
        ended_recorded_at=drawing.learnt(until, recorded_at) if until else None,
    )  # fmt: skip


def _offer(
    drawing: _Drawing, lead: Lead, at: datetime, until: datetime | None, before: Handoff | None, *, passed_on: bool
) -> Handoff:
    random, recorded_at = drawing.random, drawing.learnt(at, before.recorded_at if before else at)
    state = (
        random.choice(("accepted", "accepted", "rejected", "rejected", "expired", "withdrawn")) if until else "offered"
    )
    decided_recorded = drawing.learnt(until, recorded_at) if until else None
    reason = random.choice(REASONS) if state in ("accepted", "rejected") else None
    told = decided_recorded and random.choice((None, decided_recorded, drawing.learnt(EARLIER, decided_recorded), NOW))
    returned_at = (
        until + GRID * random.randrange(6) if until and state == "accepted" and random.random() < 0.4 else None
    )
    accept_by = at + GRID * random.randrange(1, 6)
    due: dict[str, list[datetime | None]] = {
        "accept": _dues(random, accept_by), "contact": _dues(random, accept_by + GRID * random.randrange(4))
    }  # fmt: skip
    handoff = Handoff.objects.create(
        lead=lead, rule=random.choice((*drawing.rules, None)), rule_key="to-sales", origin="rule",
        replaces=before if passed_on or random.random() < 0.4 else None, from_stage="mql", to_stage="sal",
        from_side=random.choice(("marketing", "marketing", "sales", "partner")), to_team=(team := random.choice(drawing.teams)),
        to_side=team.side, offered_at=at, recorded_at=recorded_at, accept_by=due["accept"][-1], contact_by=due["contact"][-1],
        state=state, decided_at=until, decided_recorded_at=decided_recorded, returned_at=returned_at,
        returned_recorded_at=drawing.learnt(returned_at, decided_recorded or at) if returned_at else None,
        reason=reason, reason_recorded_at=told if reason is not None else None,
    )  # fmt: skip
    for clock, dues in due.items():
        learnt = recorded_at
        for number, due_at in enumerate(dues):
            learnt = learnt if number == 0 else max(learnt, random.choice((EARLIER, NOW)))
            Deadline.objects.create(handoff=handoff, clock=clock, due_at=due_at, recorded_at=learnt)
    for _ in range(random.choice((0, 0, 1, 2))):
        _contact(drawing, lead, at + GRID * random.randrange(-1, 12))
    return handoff


def _dues(random: Random, due_at: datetime) -> list[datetime | None]:
    """The deadline of the offer; perhaps a hold, and perhaps its end, which makes it no earlier."""
    if random.random() < 0.7:
        return [due_at]
    return random.choice(
        ([due_at, None], [due_at, None, due_at + GRID], [due_at, None, due_at, None, due_at + 3 * GRID])
    )


def _contact(drawing: _Drawing, lead: Lead, at: datetime) -> None:
    random = drawing.random
    recorded_at = random.choice((at, at + HOUR / 4, at + GRID))
    if recorded_at > NOW:
        return
    Activity.objects.create(
        lead=lead, kind="call", direction="outbound", side=random.choice(("sales", "sales", "marketing")),
        automated=random.random() < 0.2, at=at, recorded_at=recorded_at, typed_in=random.random() < 0.5,
    )  # fmt: skip


def days_after(moment: datetime | None) -> float | None:
    """Days after TIME_ZERO."""
    return None if moment is None else round((moment - TIME_ZERO) / timedelta(days=1), 6)


__all__ = ["a_rule", "day", "days_after", "draw_handoffs", "needed", "offered"]

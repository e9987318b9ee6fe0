"""Whatever people do in whatever order: one offer at most, decided once, the lead where it should be, deadlines right to the minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce
from alignment.people.models import User
from alignment.refusals import Refused
from leads.handoffs import contacting, deciding, holding, passing, returning, withdrawing
from leads.handoffs.models import Deadline, Handoff, Hold, Need
from leads.handoffs.offering import Offer, offer_all, offer_by_hand
from leads.handoffs.sweeping import sweep
from leads.lifecycle.changes import lock, move_stage
from leads.records.models import Lead
from tests import world
from tests.leads.handoffs.handing import KEY, agreed, an_mql, at, colleague

WHAT = (
    "offer", "route", "accept", "accept", "accept", "reject", "return", "return", "hold", "hold", "hold", "resume", "resume",
    "reassign", "contact", "withdraw", "sweep", "sweep", "move",
)  # fmt: skip
PEOPLE = ("entitled",) * 20 + (
    "salesperson",
    "sales_lead",
    "other",
    "partner",
    "marketer",
    "marketing_lead",
    "operator",
)
"""`entitled`: whom the handoff is offered to, who holds the lead, or who may hand over, as the step needs."""
REASONS = ("not-now", "no-fit", "not-mine", "not-mine", "unheard-of")
STAGES = ("mql", "sal", "sql", "recycled", "disqualified", "lost", "won")
MINUTE = timedelta(minutes=1)
OPENS, CLOSES = 9, 17
ACCEPT_HOURS, CONTACT_HOURS = 4, 10


@dataclass(frozen=True)
class Step:
    """Somebody tries something with one of two leads, some time after the last step."""

    what: str
    who: str
    to: str
    lead: int
    reason: str
    hold: str
    stage: str
    minutes: int


STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(WHAT),
        who=st.sampled_from(PEOPLE),
        to=st.sampled_from(("salesperson", "sales_lead", "other", "partner", "team")),
        lead=st.sampled_from((0, 0, 0, 1)),
        reason=st.sampled_from(REASONS),
        hold=st.sampled_from(("customer", "stock")),
        stage=st.sampled_from(STAGES),
        minutes=st.sampled_from((1, 7, 60, 60, 180, 400, 1440)),
    ),
    min_size=6,
    max_size=18,
)


@dataclass
class Where:
    """Where a lead should be: told apart from the product, from what was done."""

    stage: str = "mql"
    owner: User | None = None
    team: int | None = None


class AnyOrder(TestCase):
    """Two leads, one rule in working time, and people who do as they please."""

    @settings(max_examples=8, deadline=None)
    @given(STEPS)
    def test_all_holds_after_every_step(self, steps: list[Step]) -> None:
        self.cast = world.cast()
        self.others = {"other": colleague("Other", self.cast.sales)}
        self.calendar()
        spans: dict[str, Any] = {"accept_within": {"hours": 4.0}, "contact_within": {"hours": 10.0}}
        self.rule: InForce = agreed(self.cast, **spans)
        self.leads = [an_mql("ada", owner=self.cast.marketer), an_mql("grace", owner=self.cast.marketer)]
        self.where = {lead.pk: Where("mql", self.cast.marketer, self.cast.marketing.pk) for lead in self.leads}
        self.decided: dict[int, tuple[object, ...]] = {}
        now = at(0)
        for lead in self.leads:
            offer_by_hand(lead, KEY, by=self.cast.marketer, to_user_id=self.cast.salesperson.pk, now=now)
        self.check()
        for step in steps:
            now += step.minutes * MINUTE
            self.take(step, now)
            self.check()

    def calendar(self) -> None:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday")
        terms = {"timezone": "UTC", "windows": [{"day": day, "start": "09:00", "end": "17:00"} for day in days]}
        draft = start_draft("calendar", "side:sales", terms, author=self.cast.marketing_lead, now=at(0))
        propose(draft.pk, by=self.cast.marketing_lead, now=at(0))
        sign(draft.pk, by=self.cast.sales_lead, now=at(0))

    def person(self, name: str) -> User:
        found: User = self.others.get(name) or getattr(self.cast, name)
        return found

    def who(self, step: Step, handoff: Handoff | None) -> User:
        """Who tries it."""
        if step.who != "entitled":
            return self.person(step.who)
        if handoff is None or step.what in ("offer", "withdraw"):
            return self.cast.marketer
        handoff.lead.refresh_from_db()
        if handoff.state == "accepted" and handoff.lead.owner is not None:
            return handoff.lead.owner
        return handoff.to_user or handoff.to_team.people.order_by("pk")[0]

    def take(self, step: Step, now: datetime) -> None:
        """Try it: refused or done, and where the lead should be afterwards."""
        lead = self.leads[step.lead]
        try:
            with transaction.atomic():
                done = getattr(self, step.what)(step, lead, now)
        except Refused as refused:
            event(f"{step.what}: {refused.code}")
        else:
            event(f"{step.what}: {'done' if done else 'nothing to do'}")

    def latest(self, lead: Lead) -> Handoff | None:
        """An open offer, else the latest handoff."""
        handoffs = Handoff.objects.filter(lead=lead)
        return handoffs.filter(state="offered").first() or handoffs.order_by("-pk").first()

    def offer(self, step: Step, lead: Lead, now: datetime) -> bool:
        to = {} if step.to == "team" else {"to_user_id": self.person(step.to).pk}
        offer_by_hand(lead, KEY, by=self.who(step, None), now=now, **to)
        return True

    def route(self, step: Step, lead: Lead, now: datetime) -> bool:
        """As the job would: what is needed and free is offered to somebody."""
        need = Need.objects.filter(lead=lead, ended_at=None).first()
        if need is None or Handoff.objects.filter(lead=lead, state="offered").exists():
            return False
        team = self.cast.sales if step.to == "team" else self.person(step.to).team
        assert team is not None
        lock([lead.pk])
        user_id = None if step.to == "team" else self.person(step.to).pk
        offer_all([Offer(lead.pk, self.rule, user_id, team.pk, qualified_at=need.qualified_at)], now=now)
        return True

    def accept(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        by = self.who(step, handoff)
        deciding.accept(handoff.pk, by=by, now=now)
        self.taken(handoff, by)
        return True

    def taken(self, handoff: Handoff, by: User) -> None:
        where = self.where[handoff.lead_id]
        where.owner = handoff.to_user if by.is_operator else by
        where.team = handoff.to_team_id
        if where.stage in ("mql", "recycled"):
            where.stage = "sal"

    def reject(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        deciding.reject(handoff.pk, by=self.who(step, handoff), reason=step.reason, note="So it is.", now=now)
        if not self.in_hand(handoff) and step.reason != "not-mine":
            self.sent_back(handoff, {"not-now": "recycled", "no-fit": "disqualified"}[step.reason])
        return True

    def give_back(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = Handoff.objects.filter(lead=lead, state="accepted").order_by("-pk").first()
        if handoff is None:
            return False
        returning.give_back(handoff.pk, by=self.who(step, handoff), reason=step.reason, note="So it is.", now=now)
        self.sent_back(handoff, {"not-now": "recycled", "no-fit": "disqualified", "not-mine": "mql"}[step.reason])
        return True

    locals()["return"] = give_back

    def in_hand(self, handoff: Handoff) -> bool:
        """Whether it passes on what somebody has accepted."""
        before = handoff.replaces
        while before is not None:
            if before.state == "accepted" and before.returned_at is None:
                return True
            before = before.replaces
        return False

    def sent_back(self, handoff: Handoff, stage: str) -> None:
        first = handoff
        while first.replaces is not None:
            first = first.replaces
        self.where[handoff.lead_id] = Where(stage, None, first.from_team_id)

    def hold(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        holding.hold(handoff.pk, by=self.who(step, handoff), reason=step.hold, now=now)
        return True

    def resume(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        holding.resume(handoff.pk, by=self.who(step, handoff), now=now)
        return True

    def reassign(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        by = self.who(step, handoff)
        to = {"to_team_id": self.cast.sales.pk} if step.to == "team" else {"to_user_id": self.person(step.to).pk}
        new = passing.reassign(handoff.pk, by=by, now=now, **to)
        if new.state == "accepted":
            self.taken(new, by)
        return True

    def contact(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        contacting.contacted(handoff.pk, by=self.who(step, handoff), kind="call", now=now)
        return True

    def withdraw(self, step: Step, lead: Lead, now: datetime) -> bool:
        handoff = self.latest(lead)
        if handoff is None:
            return False
        withdrawing.withdraw(handoff.pk, by=self.who(step, handoff), why="So it is.", now=now)
        return True

    def sweep(self, _step: Step, _lead: Lead, now: datetime) -> bool:
        sweep(now=lambda: now)
        return True

    def move(self, step: Step, lead: Lead, now: datetime) -> bool:
        """By hand into another stage; the job then takes back what has no ground any more."""
        lead.refresh_from_db()
        if self.where[lead.pk].stage == "won":
            return False
        move_stage(lead, step.stage, actor=self.cast.operator, now=now)
        self.where[lead.pk].stage = step.stage
        lock([lead.pk])
        withdrawing.withdraw_groundless([lead.pk], now=now)
        return True

    def check(self) -> None:
        for lead in self.leads:
            self.check_lead(lead)
        for handoff in Handoff.objects.order_by("pk"):
            self.check_handoff(handoff)

    def check_lead(self, lead: Lead) -> None:
        lead.refresh_from_db()
        offers = list(Handoff.objects.filter(lead=lead, state="offered"))
        needs = Need.objects.filter(lead=lead, ended_at=None).count()
        assert len(offers) <= 1
        assert not (offers and needs)
        assert lead.offered_team_id == (offers[0].to_team_id if offers else None)
        where = self.where[lead.pk]
        assert (lead.stage_id, lead.owner_id, lead.team_id) == (
            where.stage,
            where.owner.pk if where.owner else None,
            where.team,
        )

    def check_handoff(self, handoff: Handoff) -> None:
        self.check_decided_once(handoff)
        holds = list(Hold.objects.filter(handoff=handoff).order_by("began_at"))
        running = [hold for hold in holds if hold.ended_at is None]
        assert len(running) <= 1
        assert not running or handoff.state in ("offered", "accepted")
        answered = handoff.decided_at
        before = [hold for hold in holds if answered is None or hold.began_at < answered]
        expected = {
            "accept": reckoned(handoff.offered_at, ACCEPT_HOURS, waits(before)),
            "contact": reckoned(handoff.offered_at, CONTACT_HOURS, waits(holds)),
        }
        assert {"accept": handoff.accept_by, "contact": handoff.contact_by} == expected
        logged = Deadline.objects.filter(handoff=handoff).order_by("pk").values_list("clock", "due_at")
        assert dict(logged) == expected
        assert handoff.next_at is None or handoff.state in ("offered", "accepted")
        if running and handoff.next_at is not None:
            assert handoff.next_at == running[0].ends_by

    def check_decided_once(self, handoff: Handoff) -> None:
        fallen = (handoff.state, handoff.decided_at, handoff.decided_by_id)
        if handoff.decided_at is not None:
            assert self.decided.setdefault(handoff.pk, fallen) == fallen
        else:
            assert handoff.state == "offered"
            assert handoff.pk not in self.decided


Waits = tuple[tuple[datetime, datetime | None], ...]


def waits(holds: list[Hold]) -> Waits:
    """When each began and ended."""
    return tuple((hold.began_at, hold.ended_at) for hold in holds)


@cache
def reckoned(start: datetime, hours: int, holds: Waits) -> datetime | None:
    """When so many working hours have passed, minute by minute, those on hold left out; None while on hold."""
    left, minute = hours * 60, start
    while left > 0:
        on_hold = [ended for began, ended in holds if began <= minute and (ended is None or minute < ended)]
        if None in on_hold:
            return None
        if not on_hold and minute.weekday() < 5 and OPENS <= minute.hour < CLOSES:
            left -= 1
        minute += MINUTE
    return minute


def test_the_reckoning_itself() -> None:
    """A Monday at nine: four hours end at one, ten on Tuesday at eleven, and an hour's wait in between adds an hour."""
    assert reckoned(at(0), 4, ()) == at(4)
    assert reckoned(at(0), 10, ()) == at(26)
    assert reckoned(at(0), 4, ((at(1), at(2)),)) == at(5)
    assert reckoned(at(0), 4, ((at(1), None),)) is None

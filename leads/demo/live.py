"""How does the demo play on while somebody watches? Leads come in and do things as in the demo's past, only faster.

A story has its own calendar, of which `speed` times as much passes as on the wall clock; everything is recorded as of the product's
own present. Whoever does not sign in decides by their habits; the offers of those who do are the visitor's. Called by `seed_demo`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.db.models import Max

from leads.definitions.judging import CAUSE
from leads.definitions.runs import work_off
from leads.demo.days import DAY
from leads.demo.generator import Writer
from leads.demo.handing import act, react
from leads.demo.plan import Plan, make_room, must_be_a_demo, must_make_sense
from leads.demo.recording import Recorder
from leads.demo.stories import writers
from leads.demo.story import Event, Row
from leads.demo.year import Year
from leads.handoffs.models import Handoff
from leads.handoffs.routing import job
from leads.handoffs.sweeping import sweep
from leads.lifecycle.models import StageChange
from leads.records.models import Lead

Clock = Callable[[], datetime]
Wait = Callable[[float], bool]
"""Waits so many seconds; whether it is enough."""

PAUSE = 1.0
AGAIN_DAYS = 1.5
"""Who watches wants to see who is interested qualify the same day or the next."""


@dataclass(frozen=True)
class Played:
    """What came of it so far."""

    leads: int
    offered: int
    decided: int


class Live:
    """A plan that is being played. `Refused` where the database is no demo, or the plan or the clock allows none."""

    def __init__(self, plan: Plan, *, seed: str, now: datetime) -> None:
        must_make_sense(plan)
        must_be_a_demo()
        self.plan, self._started = plan, now
        self._began = now.replace(hour=6, minute=30, second=0, microsecond=0) - now.weekday() * DAY
        midnight = self._began.replace(hour=0, minute=0)
        year = Year(
            seed,
            midnight + plan.days * DAY,
            days=plan.days,
            agreed_from=self._began,
            handed_from=self._began,
            again_days=AGAIN_DAYS,
        )
        self._recorder, self._numbers = Recorder(), count(1)
        self._ahead: list[tuple[datetime, int, Event, Writer]] = []
        self._writers: dict[int, Writer] = {}
        self._waiting: set[int] = set()
        self._last_change = StageChange.objects.aggregate(last=Max("pk"))["last"] or 0
        self._last_offer = Handoff.objects.aggregate(last=Max("pk"))["last"] or 0
        self._offered = self._decided = 0
        first = (Lead.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        for writer in writers(year, plan.days * plan.per_day, first=first):
            self._later(writer.begin(), writer)
        make_room(plan, now)

    @property
    def takes(self) -> timedelta:
        """How long it takes by the wall clock."""
        return self.plan.days * DAY / self.plan.speed

    def play(self, *, now: Clock, wait: Wait) -> Played:
        """Until it is over, or `wait` says that it is enough."""
        while (moment := now()) < self._started + self.takes:
            self.go_on(moment)
            if wait(PAUSE):
                break
        else:
            self.go_on(now())
        return self.played()

    def go_on(self, now: datetime) -> None:
        """Everything that happened up to now; then the product's own jobs, whoever else does them, and what follows from that."""
        rows: list[tuple[Event, Writer]] = []
        while self._ahead and self._ahead[0][0] <= self._in_story(now):
            _at, _number, event, writer = heapq.heappop(self._ahead)
            if event.kind == "act":
                self._act(event, writer, now)
            else:
                rows.append((Event(event.at, event.kind, self._as_of_now(event.row, now)), writer))
        for lead_id, writer in self._recorder.record(rows, now=now):
            self._writers[lead_id] = writer
            self._waiting.add(lead_id)
        work_off(now=lambda: now)
        job.route_waiting(now=lambda: now)
        sweep(now=lambda: now)
        self._look(now)

    def played(self) -> Played:
        return Played(self._recorder.count("lead"), self._offered, self._decided)

    def _look(self, now: datetime) -> None:
        """Who qualified since, and who was offered what."""
        moved = StageChange.objects.filter(pk__gt=self._last_change, cause=CAUSE, lead__in=self._waiting)
        for change_id, lead_id in moved.order_by("pk").values_list("pk", "lead"):
            self._last_change = change_id
            self._waiting.discard(lead_id)
            self._later(self._writers[lead_id].qualified(self._in_story(now)), self._writers[lead_id])
        offers = Handoff.objects.filter(pk__gt=self._last_offer, lead__in=self._writers)
        for handoff in offers.select_related("to_user").order_by("pk"):
            self._last_offer = handoff.pk
            self._offered += 1
            writer = self._writers[handoff.lead_id]
            if self.plan.decides(handoff):
                self._later(react(writer, handoff, at=self._in_story(now)), writer)

    def _act(self, event: Event, writer: Writer, now: datetime) -> None:
        outcome = act(event.row, now=now)
        self._decided += event.row["what"] in ("accept", "reject")
        if outcome.taken_by is not None:
            self._later(writer.accepted(event.at, outcome.taken_by), writer)
        elif outcome.recycled:
            self._later(writer.came_back(event.at), writer)

    def _later(self, events: Iterable[Event], writer: Writer) -> None:
        for event in events:
            heapq.heappush(self._ahead, (event.at, next(self._numbers), event, writer))

    def _in_story(self, moment: datetime) -> datetime:
        return self._began + (moment - self._started) * self.plan.speed

    def _as_of_now(self, row: Row, now: datetime) -> Row:
        """The row with the product's own instants in the place of those of the story."""
        return {key: self._instant(value, now) if isinstance(value, datetime) else value for key, value in row.items()}

    def _instant(self, at: datetime, now: datetime) -> datetime:
        return min(now, self._started + (at - self._began) / self.plan.speed)

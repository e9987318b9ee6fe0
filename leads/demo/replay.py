"""How does the demo's history come in? As it would have: what was there before on one day, and then as it happens.

From the day on which a definition may be agreed, rows are recorded about when they happened and judged at once, so that the
product itself moves the leads that qualify, at the moments and by the versions of their time. The stories of those go on from
there. Called by `leads.demo.seed`; everything goes through the usual doors.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice

from leads.definitions.judging import CAUSE
from leads.definitions.runs import work_off
from leads.demo import cast
from leads.demo.days import DAY
from leads.demo.generator import Writer
from leads.demo.handing import act, react
from leads.demo.recording import Recorder
from leads.demo.stories import writers
from leads.demo.story import Event
from leads.demo.year import Year
from leads.handoffs.models import Handoff
from leads.handoffs.routing import job
from leads.handoffs.sweeping import sweep
from leads.lifecycle.models import StageChange

BATCH = 5_000
PACE = 3 * DAY
"""How often the demo's systems send what happened: often enough for stories that take weeks, and soon told."""
CLOSE = timedelta(minutes=40)
"""The same once leads are handed over: whoever qualifies is offered to somebody the same hour."""
LOOK = timedelta(hours=9)
"""How often the product looks whether a deadline passed, where nothing else happens."""
SHORTLY = timedelta(minutes=1)
AHEAD = 40
INBOUND = ("page_view", "content", "webinar", "form", "email_click", "unsubscribe")


@dataclass(frozen=True)
class Seeded:
    """How much was made up."""

    leads: int
    activities: int
    stage_changes: int
    deals: int


class Replay:
    """The stories of a year, told up to a moment that moves on."""

    def __init__(self, year: Year, began: datetime) -> None:
        self.year, self.began = year, began
        self.now = self._told = began
        self._ahead: list[tuple[datetime, int, Event, Writer]] = []
        self._numbers = count(1)
        self._waiting: dict[int, Writer] = {}
        self._ids: dict[int, int] = {}
        self._recorder = Recorder()
        self._writers: dict[int, Writer] = {}
        self._offered = 0

    def begin(self, leads: int) -> None:
        """Everything that happened before, recorded at once on the first day."""
        at_fair = 0 if self.year.handed_from is None else min(cast.FAIR, leads // 12)
        found = writers(self.year, leads, at_fair=at_fair)
        while batch := list(islice(found, BATCH)):
            past: list[tuple[Event, Writer]] = []
            for writer in batch:
                for event in writer.begin():
                    if event.at <= self.began:
                        past.append((event, writer))
                    else:
                        self._later(event, writer)
            self._record(past)

    def until(self, moment: datetime) -> None:
        """Every few days up to `moment`, each time with the job that judges."""
        while self._told < moment:
            self._pass(min(self._next_look(), moment))
        self.now = moment
        self._judge()

    def seeded(self) -> Seeded:
        made = self._recorder
        return Seeded(made.count("lead"), made.count("activity"), StageChange.objects.count(), made.deals)

    def _next_look(self) -> datetime:
        if self.year.handed_from is None or self._told < self.year.handed_from:
            return self._told.replace(hour=0, minute=0, second=0, microsecond=0) + PACE
        soon = heapq.nsmallest(AHEAD, self._ahead)
        following = next((at for at, _number, event, writer in soon if _stirs(event, writer)), self._told + LOOK)
        return min(max(following, self._told) + CLOSE, self._told + LOOK)

    def _pass(self, end: datetime) -> None:
        """What happens up to `end`, recorded shortly after the last of it."""
        for writer in [one for one in self._waiting.values() if one.waits_until and one.waits_until <= end]:
            self._go_on(writer, writer.given_up())
        happened: list[tuple[Event, Writer]] = []
        while self._ahead and self._ahead[0][0] <= end:
            _at, _number, event, writer = heapq.heappop(self._ahead)
            happened.append((event, writer))
        rows = [(event, writer) for event, writer in happened if event.kind != "act"]
        for event, writer in happened:
            if event.kind == "act":
                self._act(event, writer)
        if happened:
            self.now = min(end, max(self._told, happened[-1][0].at) + SHORTLY)
        if rows:
            self._record(rows)
            self._judge()
        self._hand_over(end)
        self._told = end

    def _judge(self) -> None:
        work_off(now=self._clock)
        moves = StageChange.objects.filter(cause=CAUSE, recorded_at=self.now, lead__in=self._waiting)
        for lead_id, at in moves.order_by("lead").values_list("lead", "at"):
            writer = self._waiting.pop(lead_id)
            self._go_on(writer, writer.qualified(at))

    def _hand_over(self, end: datetime) -> None:
        """The product routes whoever qualified, looks after deadlines, and whoever is offered a lead has plans for it."""
        if self.year.handed_from is None or end < self.year.handed_from:
            return
        job.drain(now=self._clock)
        self.now = end
        sweep(now=self._clock)
        job.drain(now=self._clock)
        for handoff in Handoff.objects.filter(pk__gt=self._offered).select_related("to_user").order_by("pk"):
            self._offered = handoff.pk
            writer = self._writers[handoff.lead_id]
            for event in react(writer, handoff, at=handoff.offered_at):
                self._later(event, writer)

    def _act(self, event: Event, writer: Writer) -> None:
        outcome = act(event.row, now=event.at)
        if outcome.taken_by is not None:
            self._go_on(writer, writer.accepted(event.at, outcome.taken_by))
        elif outcome.recycled:
            self._go_on(writer, writer.came_back(event.at))

    def _clock(self) -> datetime:
        return self.now

    def _go_on(self, writer: Writer, events: Iterable[Event]) -> None:
        for event in events:
            self._later(event, writer)
        if writer.stage != "inquiry":
            self._waiting.pop(self._ids.get(writer.number, 0), None)

    def _later(self, event: Event, writer: Writer) -> None:
        heapq.heappush(self._ahead, (event.at, next(self._numbers), event, writer))

    def _record(self, events: Sequence[tuple[Event, Writer]]) -> None:
        """Whoever is an inquiry still may be moved by a definition."""
        for lead_id, writer in self._recorder.record(events, now=self.now):
            self._writers[lead_id] = writer
            if writer.stage == "inquiry":
                self._ids[writer.number] = lead_id
                self._waiting[lead_id] = writer


def _stirs(event: Event, writer: Writer) -> bool:
    """Whether the product has something to decide: who may qualify came or did something, or an offer was turned down."""
    if event.kind == "act":
        return event.row["what"] in ("reject", "give_back")
    may_qualify = writer.stage in ("", "inquiry", "recycled")
    return may_qualify and (event.kind == "lead" or (event.kind == "activity" and event.row["kind"] in INBOUND))

"""One lead's story, made up from a seed: the same seed and year give the same story, to the microsecond.

Rows are dicts named as the fields of an import profile; times are aware datetimes. With `agreed_from` a story stops where, from then
on, an agreed definition decides who qualifies; whoever plays it says how it goes on. `leads.demo.stories` makes many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import exp
from random import Random
from typing import Any

from leads.demo import cast
from leads.demo.accounts import account
from leads.demo.cast import SALES_STAGES, STEPS
from leads.demo.days import DAY, at_work, workday
from leads.demo.story import Event, Kind, Row
from leads.demo.year import Year


class Writer:
    """Makes up one lead's story. Every choice comes from the lead's own random numbers, so that leads are independent.

    `begin` tells how it begins, up to its end or to where it waits for a definition (`waits_until`); `qualified` and
    `given_up` tell how it goes on. Each gives the events that are new.
    """

    def __init__(self, year: Year, number: int, weights: Sequence[float], *, at_fair: bool = False) -> None:
        self.year, self.number, self.at_fair = year, number, at_fair
        self.random = Random(f"{year.seed}:{number}")  # noqa: S311  made-up data
        day = self.random.choices(range(year.days), weights)[0]
        midnight = datetime.combine((year.end - (year.days - day) * DAY).date(), time.min, year.end.tzinfo)
        self.created = min(midnight + self._office_hour(), year.end - timedelta(minutes=2))
        self.source, self.channel, _share, self.lift = self._pick(cast.SOURCES, 2)
        if at_fair:
            self.source, self.channel = "trade fair", "events"
            self.created = min(self._at_fair(), year.end - timedelta(hours=1 + 3 * self.random.random()))
        self.segment, _share, self.median_amount = self._pick(cast.SEGMENTS, 1)
        self.region = self.random.choices(("north", "south", "partner"), (0.5, 0.4, 0.1))[0]
        self.owner = self.random.choice(cast.SELLERS[self.region])
        self.texture = self.random.random()
        self.now = self.created
        self.mood = Random(f"{year.seed}:{number}:mood")  # noqa: S311
        self.interest = self.mood.random()
        self.later = Random(f"{year.seed}:{number}:later")  # noqa: S311
        self.stage = ""
        self.waits_until: datetime | None = None
        self.passes = 1
        self.pace = 1.0 if year.agreed_from is None else 0.6
        self.deal: Row | None = None
        self.campaign: str | None = None
        self._events: list[Event] = []

    def _pick(self, table: tuple[Any, ...], share: int) -> Any:
        return self.random.choices(table, [row[share] for row in table])[0]

    def _office_hour(self) -> timedelta:
        return timedelta(hours=7 + self.random.betavariate(2, 2) * 12, microseconds=self.random.randrange(1_000_000))

    def _at_fair(self) -> datetime:
        day = workday(self.year.end, self.random.choice((0, 1, 1, 2, 2, 3)), "9:00")
        return day + 7 * self.random.random() * DAY / 24

    def _days(self, median: float) -> timedelta:
        return timedelta(days=self.pace * median * exp(self.random.gauss(0, 0.8)))

    def begin(self) -> list[Event]:
        """The lead, what it looked at, and its journey."""
        self._put("lead", self.created, self._lead())
        self._stage("inquiry", self.created)
        self._touches()
        if self.year.agreed_from is not None:
            self._comes_back()
            if self.at_fair:
                self._came_by()
            self.lift *= (0.75 + 0.5 * self.interest) * self.account.lift
        self._journey(0)
        return self._new()

    def qualified(self, at: datetime) -> list[Event]:
        """How it goes on for a lead that a definition moved on at that moment."""
        self.now, self.stage, self.waits_until = at, "mql", None
        self._journey(1)
        return self._new()

    def accepted(self, at: datetime, owner: str) -> list[Event]:
        """How it goes on for a lead that somebody took."""
        self.now, self.stage, self.owner = at, "sal", owner
        self._journey(2)
        return self._new()

    def came_back(self, at: datetime) -> list[Event]:
        """How it goes on for a lead that was sent back to be nurtured: some become interested again."""
        self.now, self.stage = at, "recycled"
        self.passes += 1
        self._keep_in_touch("nurture", "Still with us?", every=20, chance=0.8)
        if self.passes < 4 and self.random.random() < 0.6:
            self.now += (16 + 14 * self.random.random()) * DAY
            for page in ("/pricing", "/pricing", "/case-studies/harbour-foods"):
                self._touch("page_view", self.now, "newsletter", url=f"https://www.demo.example{page}")
                self.now += DAY / 96
            self._touch("content", self.now, "newsletter", asset=self.random.choice(cast.ASSETS))
        return self._new()

    def does(self, what: str, handoff: int, at: datetime, **more: object) -> Event:
        """Something that a receiver does with this lead."""
        return Event(at, "act", {"what": what, "handoff": handoff, "number": self.number, **more})

    def given_up(self) -> list[Event]:
        """How it goes on for a lead that did not qualify while it was waited for."""
        at, self.waits_until = self.waits_until or self.now, None
        if self._fell_out("inquiry", at) and self.random.random() < 0.3:
            self._comes_in_again()
        return self._new()

    def _new(self) -> list[Event]:
        """What was made up since it was asked last, nothing of it later than the year's end."""
        events, self._events = self._events, []
        return [event for event in events if event.at <= self.year.end]

    def _put(self, kind: Kind, at: datetime, row: Row) -> None:
        self._events.append(Event(at, kind, row))

    def _lead(self) -> Row:
        first, last = self.random.choice(cast.FIRST_NAMES), self.random.choice(cast.LAST_NAMES)
        company = f"{self.random.choice(cast.COMPANY_HEADS)} {self.random.choice(cast.COMPANY_TAILS)}"
        self.account = account(self.year.seed, company)
        self.segment, self.median_amount = self.account.segment, self.account.median_amount
        domain = self.account.domain
        self.campaign = cast.campaign(self.source, self.created)
        return {
            "external_id": f"L{self.number}",
            "created_at": self.created,
            "email": f"{first}.{last}.{self.number}@{domain}".lower() if self.texture < 0.94 else None,
            "phone": f"+44 20 7946 {self.number % 10_000:04d}" if self.random.random() < 0.6 else None,
            "first_name": first,
            "last_name": last,
            "title": self.random.choice(cast.TITLES),
            "company": company,
            "source": self.source,
            "channel": self.channel,
            "campaign": self.campaign,
            "owner": self.random.choices(cast.MARKETERS, (0.6, 0.4))[0],
            "segment": self.segment,
            "territory": self.region if self.region != "partner" else "north",
            "country": self.random.choice(("DE", "FR", "NL", "PL", "SE", "GB")),
            "landing_page": self.random.choice(cast.PAGES),
            "consent": self.random.choices(("granted", "withdrawn", None), (0.55, 0.04, 0.41))[0],
        }

    def _stage(self, stage: str, at: datetime, **more: object) -> None:
        self.now = at
        self.stage = stage
        self._put("stage", at, {"lead_external_id": f"L{self.number}", "stage": stage, "at": at, **more})

    def _did(self, kind: str, at: datetime, **more: object) -> None:
        self._put("activity", at, {"lead_external_id": f"L{self.number}", "kind": kind, "at": at, **more})

    def _touch(self, kind: str, at: datetime, source: str | None = None, **more: object) -> None:
        """Something they did with what marketing offers: of the campaign that brought them, or the one that `source` runs then."""
        if source is not None:
            more = {"channel": cast.CHANNEL_OF[source], **more}
        campaign = self.campaign if source is None else cast.campaign(source, at)
        self._did(kind, at, campaign=campaign, **{"channel": self.channel, **more})

    def _touches(self) -> None:
        """What the person looked at around the inquiry, and the mails that followed."""
        for _ in range(self.random.choices((0, 1, 2, 4), (0.2, 0.4, 0.25, 0.15))[0]):
            self._touch("page_view", self.created + self.random.random() * 3 * DAY, url=self.random.choice(cast.PAGES))
        self._touch("form", self.created, asset=self.random.choice(cast.ASSETS))
        for n in range(self.random.choices((0, 1, 2, 3), (0.35, 0.35, 0.2, 0.1))[0]):
            sent = self.created + (n * 12 + self.random.random() * 4) * DAY
            self._did("newsletter", sent, subject="News from the workshop")
            if self.random.random() < 0.3:
                self._touch("email_click", sent + self.random.random() * DAY, "newsletter", asset="Workshop news")
        if self.texture > 0.9:
            self._did("email_bounce", self.created + 2 * DAY)

    def _comes_back(self) -> None:
        """Who is interested looks at prices and at what others did with it; who is not says so."""
        for _ in range(self.mood.choices((0, 1, 2, 3, 5), (3 - 2 * self.interest, 1, 1, 1, 2 * self.interest))[0]):
            page = self.mood.choices(cast.CLOSER_PAGES, (0.4 + self.interest, 0.2 + self.interest, 1.0, 0.6))[0]
            at = self.created + self.mood.random() * self.year.again_days * DAY
            self._touch("page_view", at, url=f"https://www.demo.example{page}")
        if self.mood.random() < 0.5 * self.interest:
            kind = "webinar" if self.source == "webinar" else "content"
            at = self.created + self.mood.random() * self.year.again_days * 0.625 * DAY
            self._touch(kind, at, asset=self.mood.choice(cast.ASSETS))
        if self.mood.random() > 0.9 + 0.1 * self.interest:
            self._did("unsubscribe", self.created + (3 + self.mood.random() * 40) * DAY, channel="email")

    def _came_by(self) -> None:
        """At the fair they asked for prices and took something to read."""
        self._touch("page_view", self.created, url="https://www.demo.example/pricing")
        self._touch("content", self.created, asset=self.random.choice(cast.ASSETS))

    def _journey(self, step: int) -> None:
        """Step after step until the lead is won, falls out, is left lying, or a definition is to decide."""
        while step < len(STEPS):
            left, entered, chance, median = STEPS[step]
            if entered == "sal" and self.year.handed_from is not None and self.now >= self.year.handed_from:
                return
            at = self.now + self._days(median)
            if entered == "mql" and self.year.agreed_from is not None and at > self.year.agreed_from:
                self.waits_until = max(at, self.created + (14 + 14 * self.mood.random()) * DAY)
                return
            if self.random.random() < min(0.95, chance * self.lift):
                self._advance(left, entered, at)
                step += 1
            elif self._fell_out(left, at) and self.passes < 3 and self.random.random() < 0.3:
                self.passes += 1
                self._stage("mql", self.now + self._days(45))
                step = 1
            else:
                return

    def _comes_in_again(self) -> None:
        """People take a recycled lead up again."""
        self.passes += 1
        self._stage("mql", self.now + self._days(45))
        self._journey(1)

    def _advance(self, left: str, entered: str, at: datetime) -> None:
        if entered == "sal":
            self._stage("sal", at, owner=self.owner)
            for n in range(self.random.choices((0, 1, 2, 3), (0.12, 0.38, 0.3, 0.2))[0]):
                self._did(
                    "call",
                    at + (0.05 + n * 2 * self.random.random()) * DAY,
                    by=self.owner,
                    outcome=self.random.choice(("reached", "no answer", "left a message")),
                )
        elif entered == "opportunity":
            self._open_deal(at)
        elif entered == "won":
            self._close_deal("won", at)
        else:
            self._stage(entered, at)
            if entered == "sql":
                self._did("meeting", at - 0.2 * DAY, by=self.owner, subject="First meeting")

    def _open_deal(self, at: datetime) -> None:
        amount = round(self.median_amount * exp(self.random.gauss(0, 0.5)), 2)
        currency = "USD" if self.random.random() < 0.12 else "EUR"
        self.now = at
        if at > self.year.end:
            return
        self.stage = "opportunity"
        self.deal = {
            "external_id": f"D{self.number}",
            "lead_external_id": f"L{self.number}",
            "company": self.account.name,
            "owner": self.owner,
            "amount": amount,
            "currency": currency,
            "status": "open",
            "opened_at": at,
            "closed_at": None,
            "lost_reason": None,
            "kind": "new",
        }
        self._put("deal", at, self.deal)
        self._did("proposal", at + 2 * DAY, by=self.owner, subject="Proposal")

    def _close_deal(self, status: str, at: datetime) -> None:
        self.now = at
        if at > self.year.end or self.deal is None:
            return
        reason = self.random.choice(cast.LOSS_REASONS) if status == "lost" and self.random.random() < 0.85 else None
        self.deal = {**self.deal, "status": status, "closed_at": at, "lost_reason": reason}
        self._put("deal", at, self.deal)
        if status == "won":
            self._keep_in_touch("newsletter", "For our customers", every=48, chance=0.7)
            self._buys_again()

    def _buys_again(self) -> None:
        """Some customers come to a webinar months later, and buy more; marketing and sales had a part in it."""
        if self.deal is None or self.year.agreed_from is None or self.later.random() > cast.BUYS_AGAIN:
            return
        heard = at_work(self.now + (30 + 120 * self.later.random()) * DAY)
        opened = at_work(heard + (2 + 12 * self.later.random()) * DAY)
        closed = at_work(opened + (8 + 30 * self.later.random()) * DAY)
        won, share = self.later.random() < 0.75, 0.3 + 0.6 * self.later.random()
        self._touch("webinar", heard, "webinar", asset=self.later.choice(cast.ASSETS))
        more = {**self.deal, "external_id": f"D{self.number}-2", "lead_external_id": None, "kind": "upsell"}
        more |= {"amount": round(self.deal["amount"] * share, 2), "opened_at": opened, "lost_reason": None}
        self._put("deal", opened, {**more, "status": "open", "closed_at": None})
        self._put("deal", closed, {**more, "status": "won" if won else "lost", "closed_at": closed,
            "lost_reason": None if won else "price"})  # fmt: skip

    def _keep_in_touch(self, kind: str, subject: str, *, every: float, chance: float) -> None:
        """Regular mail from marketing from now to the end, to most; the others are forgotten."""
        if self.random.random() > chance:
            return
        at = self.now + (1 + self.random.random() * (every - 1)) * DAY
        while at <= self.year.end:
            self._did(kind, at, subject=subject)
            at += every * (0.8 + 0.4 * self.random.random()) * DAY

    def _fell_out(self, left: str, at: datetime) -> bool:
        """What becomes of a lead that does not take the next step; True if it was recycled and may come back."""
        fate = self.random.random()
        if left == "opportunity":
            if fate < 0.75:
                self._close_deal("lost", at)
            return False
        if fate < 0.45:
            self._stage("recycled", at + 3 * DAY, reason=self.random.choice(cast.RECYCLE_REASONS))
            self._keep_in_touch("nurture", "Still with us?", every=26, chance=0.75)
            return True
        if fate < 0.85:
            reason = self.random.choice(cast.DISQUALIFY_REASONS) if self.random.random() < 0.92 else None
            self._stage("disqualified", at, reason=reason)
        elif left in SALES_STAGES:
            self._did("call", at, by=self.owner, outcome="no answer")
        return False

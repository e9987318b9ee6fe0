"""How much of the demo is played on, how fast, and may it be? What `leads.demo.live` asks before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from alignment.people.models import Role, User
from alignment.refusals import Refused
from leads.demo import cast
from leads.demo.recording import SYSTEM
from leads.handoffs.models import Handoff
from leads.handoffs.receivers import Takes, set_receiver
from leads.records.models import Lead

USUAL_A_WEEK = 70
"""Leads a week that the demo's receivers are used to."""
MOST_DAYS, MOST_A_DAY, FASTEST = 60, 5_000, 20_000.0

SIGN_IN = frozenset(member.email for member in cast.MEMBERS if member.signs_in)


@dataclass(frozen=True)
class Plan:
    """So many days of so many leads each, `speed` times as fast as in life; `everybody`: also who signs in decides by habit."""

    days: int = 7
    per_day: int = 100
    speed: float = 720.0
    everybody: bool = False

    def decides(self, handoff: Handoff) -> bool:
        """Whether whoever is offered it decides by habit."""
        email = handoff.to_user.email if handoff.to_user else None
        if self.everybody:
            return email is None or email in cast.HABITS
        return email in cast.HABITS and email not in SIGN_IN


def must_make_sense(plan: Plan) -> None:
    """`out_of_range` with what is allowed."""
    asked = (("days", plan.days, MOST_DAYS), ("per-day", plan.per_day, MOST_A_DAY), ("speed", plan.speed, FASTEST))
    for name, value, most in asked:
        if not 1 <= value <= most:
            raise Refused("out_of_range", f"--{name} is a number from 1 to {most:,.0f}, not {value}.")


def must_be_a_demo() -> None:
    """`no_demo`: the people and leads of the demo are not there; `clock_stands`: time does not pass here."""
    there = User.objects.filter(email__in=[member.email for member in cast.MEMBERS]).count()
    if there < len(cast.MEMBERS) or not Lead.objects.filter(system=SYSTEM).exists():
        raise Refused(
            "no_demo",
            "Only the demo company plays on, and this database holds none. `make demo` lays it into an empty one.",
        )
    if settings.ALIGNMENT_NOW is not None:
        raise Refused("clock_stands", "The clock stands still at ALIGNMENT_NOW: without it the demo can play on.")


def make_room(plan: Plan, now: datetime) -> None:
    """Who receives has room for as many more leads as come in than usual."""
    more = max(Decimal(1), Decimal(plan.days * plan.per_day) / USUAL_A_WEEK)
    by = User.objects.filter(role=Role.OPERATOR, is_active=True).order_by("pk").first()
    if by is None:
        return
    for email, (capacity, skills) in cast.TAKES.items():
        room = Takes(capacity=(Decimal(str(capacity)) * more).quantize(Decimal("0.1")), period="week", skills=skills)
        set_receiver(User.objects.get(email=email).pk, room, by=by, now=now)

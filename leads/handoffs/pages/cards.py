"""How does a card show a handoff: its clock, where it comes from, and what this person may do with it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.people.models import User
from leads.funnel.stage_sets import StageTerms
from leads.handoffs.access import Rights, rights_of
from leads.handoffs.clocks import accept_clock, contact_clock
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.pages.countdown import ACCEPT, CONTACT, Countdown, countdown
from leads.handoffs.queries.touches import Touch
from leads.handoffs.selectors import Card
from leads.handoffs.terms import HandoffRule
from leads.records.models import Lead

KEYS = (
    ("j", "The next card"),
    ("k", "The card before"),
    ("a", "Accept"),
    ("c", "Log a call, a mail or a meeting"),
    ("h", "Wait for somebody, or go on"),
    ("r", "Turn down, or give back"),
    ("p", "Pass on"),
    ("o", "Open"),
)


@dataclass(frozen=True)
class Shown:
    """A card with its clock and the rights of who looks."""

    handoff: Handoff
    lead: Lead
    stage: StageTerms | None
    rule: HandoffRule | None
    hold: Hold | None
    hold_title: str
    touches: Sequence[Touch]
    clock: Countdown
    rights: Rights

    @property
    def is_offered(self) -> bool:
        return self.handoff.state == State.OFFERED

    @property
    def is_overdue(self) -> bool:
        """An open offer whose time to accept is over: it is decided on, not put off."""
        return self.is_offered and self.clock.state == "breached"

    @property
    def rule_title(self) -> str:
        return self.rule.title if self.rule else ""


def shown(card: Card, user: User, *, now: datetime) -> Shown:
    """A card for this person. The clock is the one that matters next: to accept, then to the first contact."""
    one = card.handoff
    waits = card.rule.hold(card.hold.reason) if card.rule and card.hold else None
    return Shown(
        handoff=one,
        lead=card.lead,
        stage=card.stage,
        rule=card.rule,
        hold=card.hold,
        hold_title=waits.title if waits else card.hold.reason if card.hold else "",
        touches=card.touches,
        clock=_next_clock(one, on_hold=card.hold is not None, now=now),
        rights=rights_of(user, one),
    )


def _next_clock(one: Handoff, *, on_hold: bool, now: datetime) -> Countdown:
    if one.state == State.OFFERED:
        return countdown(ACCEPT, accept_clock(one, on_hold=on_hold, now=now), now=now)
    return countdown(CONTACT, contact_clock(one, contacted_at=None, on_hold=on_hold, now=now), now=now)

"""How does a page tell a clock? In words that are right when the page is made, and that a script keeps right from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alignment.ui.words import left
from leads.handoffs.clocks import Clock

ICONS = {
    "running": "clock", "at_risk": "hourglass", "breached": "alert-triangle",
    "on_hold": "player-pause", "met": "circle-check", "met_late": "flag", "stopped": "ban",
}  # fmt: skip
LIVE = ("running", "at_risk", "breached")
ACCEPT, CONTACT = "to accept", "to the first contact"


@dataclass(frozen=True)
class Countdown:
    """One clock at `now`. `what` it counts to: "to accept"; `risk_at` is the moment from which it is at risk.

    A clock that `stopped` before it was due counts neither way.
    """

    what: str
    state: str
    due_at: datetime | None
    risk_at: datetime | None
    done_at: datetime | None
    now: datetime
    is_running: bool = True

    @property
    def icon(self) -> str:
        """Its shape, so that colour alone says nothing."""
        return ICONS[self.state]

    @property
    def is_live(self) -> bool:
        """Whether time alone changes what it says."""
        return self.is_running and self.state in LIVE and self.due_at is not None

    @property
    def words(self) -> str:
        """The state and the time: "At risk: 12 min left". `assets/js/countdown.js` writes the same words."""
        if self.state == "on_hold":
            return "Stands still"
        if self.state == "stopped":
            return "Not needed any more"
        if self.due_at is None:
            return "No limit"
        if self.state in ("met", "met_late"):
            span = left((self.due_at - (self.done_at or self.now)).total_seconds())
            return f"In time, {span} before" if self.state == "met" else f"Done {span} late"
        span = left((self.due_at - self.now).total_seconds())
        if self.state == "breached":
            return f"Late by {span}" if self.is_running else "Missed"
        return f"At risk: {span} left" if self.state == "at_risk" else f"{span} left"


def countdown(what: str, clock: Clock, *, now: datetime, is_running: bool = True) -> Countdown:
    """A clock as the page tells it; `is_running` False where nobody is to act on it any more, though it was breached."""
    return Countdown(what, clock.state or "stopped", clock.due_at, clock.remind_at, clock.done_at, now, is_running)

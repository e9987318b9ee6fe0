"""How does a clock of a handoff stand? Pure rules: asked by pages, API and reports alike.

There are two clocks: to accept, and to first contact. Each has a moment by which it is due (null while on hold), and one from
which it is at risk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

from leads.handoffs.models import Handoff, State

ClockName = Literal["accept", "contact"]
ClockState = Literal["on_hold", "running", "at_risk", "breached", "met", "met_late"]
ACCEPT: ClockName = "accept"
CONTACT: ClockName = "contact"

REMIND, BREACH, ESCALATE, EXPIRE = "remind", "breach", "escalate", "expire"
"""What the sweep does on a clock, in the order in which it does it where moments are equal."""


class Entry(TypedDict):
    """One line of a handoff's schedule: what is done at which moment, and who is told where it is an escalation."""

    clock: str
    what: str
    to: str | None
    at: str


@dataclass(frozen=True)
class Clock:
    """One clock as people see it. `state` None: it stopped before it was due, and counts neither way."""

    due_at: datetime | None
    remind_at: datetime | None
    done_at: datetime | None
    state: ClockState | None


def clock_state(
    *,
    due_at: datetime | None,
    remind_at: datetime | None,
    done_at: datetime | None,
    stopped_at: datetime | None,
    on_hold: bool,
    now: datetime,
) -> ClockState | None:
    """How a clock stands at `now`.

    Done up to the very moment is in time. `stopped_at`: from then on nobody was to act any more; what was breached by then stays
    breached, what was not is None.
    """
    if done_at is not None:
        return "met" if due_at is None or done_at <= due_at else "met_late"
    if due_at is not None and due_at < (stopped_at or now):
        return "breached"
    if stopped_at is not None:
        return None
    if on_hold:
        return "on_hold"
    return "at_risk" if remind_at is not None and remind_at <= now else "running"


def accept_clock(handoff: Handoff, *, on_hold: bool, now: datetime) -> Clock:
    """The clock to accept: an answer, yes or no, stops it."""
    answered = handoff.state in (State.ACCEPTED, State.REJECTED)
    facts = {
        "due_at": handoff.accept_by,
        "remind_at": remind_moment(handoff.schedule, ACCEPT),
        "done_at": handoff.decided_at if answered else None,
    }
    return _standing(facts, clock_state(**facts, stopped_at=handoff.decided_at, on_hold=on_hold, now=now))


def contact_clock(
    handoff: Handoff,
    *,
    contacted_at: datetime | None,
    passed_on_at: datetime | None = None,
    on_hold: bool,
    now: datetime,
) -> Clock:
    """The clock to first contact, of offers that are open or were accepted; `passed_on_at`: somebody else took it over."""
    facts = {
        "due_at": handoff.contact_by,
        "remind_at": remind_moment(handoff.schedule, CONTACT),
        "done_at": contacted_at,
    }
    if handoff.state not in (State.OFFERED, State.ACCEPTED):
        return Clock(**facts, state=None)
    stopped = min((at for at in (handoff.returned_at, passed_on_at) if at is not None), default=None)
    if stopped is not None and contacted_at is not None and contacted_at > stopped:
        facts["done_at"] = None
    return _standing(facts, clock_state(**facts, stopped_at=stopped, on_hold=on_hold, now=now))


def _standing(facts: Mapping[str, datetime | None], state: ClockState | None) -> Clock:
    """A clock that stands still is at risk from no moment on: that is reckoned anew when it goes on."""
    remind_at = None if state == "on_hold" else facts["remind_at"]
    return Clock(due_at=facts["due_at"], remind_at=remind_at, done_at=facts["done_at"], state=state)


def remind_moment(schedule: Sequence[Mapping[str, str | None]], clock: str) -> datetime | None:
    """From when on this clock is at risk, by the handoff's schedule."""
    moments = (entry["at"] for entry in schedule if entry["clock"] == clock and entry["what"] == REMIND)
    return next((datetime.fromisoformat(at) for at in moments if at), None)

"""When a wait ends, by when is a receiver to act then? The only writer of what a hold leaves on the clocks.

A hold ends at the latest when it was to end by itself, whenever that is noticed. What was left on each clock that stood still runs
on from there; a deadline that had passed before stays, and what was still to be done about it waits as long as the hold lasted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.handoffs.clocks import ACCEPT, CONTACT, REMIND, ClockName, Entry
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.queries.clocks import Clocks, set_clocks
from leads.handoffs.queries.reckon import reckon
from leads.handoffs.rules import rule_of
from leads.handoffs.schedules import Standing, agreed_span, lay_out, seconds_of, term

CLOCKS: tuple[ClockName, ...] = (ACCEPT, CONTACT)


@dataclass(frozen=True)
class Ending:
    """A hold that ends, and when."""

    hold: Hold
    at: datetime

    def left(self, clock: ClockName) -> float | None:
        """Seconds left on a clock that stood still."""
        return self.hold.accept_left if clock == ACCEPT else self.hold.contact_left


def end_holds(handoff_ids: Iterable[int], *, by_id: int | None, now: datetime) -> int:
    """End the open holds of these handoffs, whose leads the caller has locked; how many there were."""
    endings = _endings(handoff_ids, now)
    if not endings:
        return 0
    set_clocks(_clocks(endings), now=now)
    for ending in endings:
        ending.hold.ended_at = ending.at
        ending.hold.ended_by_id = by_id if ending.at == now else None
    Hold.objects.bulk_update([ending.hold for ending in endings], ["ended_at", "ended_by"])
    return len(endings)


def clocks_once_resumed(handoff_ids: Iterable[int], *, now: datetime) -> list[Clocks]:
    """What the clocks of these handoffs would be if their open holds ended; nothing is changed."""
    return _clocks(_endings(handoff_ids, now))


def _endings(handoff_ids: Iterable[int], now: datetime) -> list[Ending]:
    open_holds = Hold.objects.filter(handoff_id__in=list(handoff_ids), ended_at=None).order_by("pk")
    return [
        Ending(hold, min(now, hold.ends_by))
        for hold in open_holds.select_related("handoff__rule__agreement", "handoff__lead")
    ]


def _clocks(endings: Sequence[Ending]) -> list[Clocks]:
    running = [(ending, clock) for ending in endings for clock in CLOCKS if ending.left(clock) is not None]
    standings = _standings(running)
    laid = {
        (ending.hold.pk, clock): (standing.due_at, entries)
        for (ending, clock), standing, entries in zip(running, standings, lay_out(standings), strict=True)
    }
    return [_of_one(ending, {clock: laid.get((ending.hold.pk, clock)) for clock in CLOCKS}) for ending in endings]


def _standings(running: Sequence[tuple[Ending, ClockName]]) -> list[Standing]:
    """Each clock that stood still as it stands from the end of the hold on."""
    terms = []
    for ending, clock in running:
        handoff, left = ending.hold.handoff, ending.left(clock) or 0.0
        rule = rule_of(handoff)
        if rule is None:
            raise LookupError(f"handoff {handoff.pk} is on hold by no rule")
        span = agreed_span(rule, clock)
        quiet = max(0.0, left - seconds_of(span) * (1 - (rule.remind_at or 1)))
        terms += [term(span, handoff.calendar_id, ending.at, left), term(span, handoff.calendar_id, ending.at, quiet)]
    found = iter(reckon(terms))
    standings = []
    for ending, clock in running:
        rule = rule_of(ending.hold.handoff)
        if rule is not None:
            due, remind = next(found), next(found)
            reminded = remind if rule.remind_at is not None else None
            standings.append(Standing(rule, ending.hold.handoff.calendar_id, clock, due, reminded))
    return standings


def _of_one(ending: Ending, laid: dict[ClockName, tuple[datetime, tuple[Entry, ...]] | None]) -> Clocks:
    handoff = ending.hold.handoff
    entries: dict[ClockName, list[Entry]] = {}
    done: dict[ClockName, int] = {}
    for clock in CLOCKS:
        before = [(entry, n < handoff.step) for n, entry in enumerate(handoff.schedule) if entry["clock"] == clock]
        new = laid[clock]
        if new is None:
            entries[clock] = [entry if was_done else _later(entry, ending) for entry, was_done in before]
            done[clock] = sum(was_done for _entry, was_done in before)
        else:
            entries[clock] = list(new[1])
            done[clock] = sum(was_done and entry["what"] == REMIND for entry, was_done in before)
    schedule = entries[ACCEPT] + entries[CONTACT]
    step = done[ACCEPT] if handoff.state == State.OFFERED else len(entries[ACCEPT]) + done[CONTACT]
    accept, contact = laid[ACCEPT], laid[CONTACT]
    return Clocks(
        handoff_id=handoff.pk,
        accept_by=accept[0] if accept else handoff.accept_by,
        contact_by=contact[0] if contact else handoff.contact_by,
        schedule=schedule,
        step=step,
        next_at=next_moment(schedule, step, handoff.state),
    )


def _later(entry: Entry, ending: Ending) -> Entry:
    """Later by as long as the hold lasted; what was due when it began was due then, even if nobody has noticed yet."""
    due = datetime.fromisoformat(entry["at"])
    if due <= ending.hold.began_at:
        return entry
    at = due + (ending.at - ending.hold.began_at)
    return Entry(clock=entry["clock"], what=entry["what"], to=entry["to"], at=at.isoformat())


def next_moment(schedule: Sequence[Entry], step: int, state: str) -> datetime | None:
    """When the sweep has to look next: the next thing on the clock that runs in this state; None: nothing more."""
    clock = {State.OFFERED.value: ACCEPT, State.ACCEPTED.value: CONTACT}.get(str(state))
    if step < len(schedule) and schedule[step]["clock"] == clock:
        return datetime.fromisoformat(schedule[step]["at"])
    return None


def entries_of(handoff: Handoff, clock: ClockName) -> list[Entry]:
    """What the schedule says of one clock."""
    return [entry for entry in handoff.schedule if entry["clock"] == clock]

"""By when must a receiver act, and what is done on the way? Deadlines and the sweep's schedule, for many handoffs by few questions.

Business time is reckoned by the database (`leads_working_after`), by the calendar of the receiver at the offer; where there is
none, and for spans of clock time, every hour counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.handoffs.clocks import ACCEPT, BREACH, CONTACT, ESCALATE, EXPIRE, REMIND, ClockName, Entry
from leads.handoffs.queries.reckon import Term, reckon
from leads.handoffs.terms import HandoffRule, Span


@dataclass(frozen=True)
class Standing:
    """One clock that runs: due when, at risk from when; `overdue_since` is where escalations count from (the deadline, unless said)."""

    rule: HandoffRule
    calendar_id: int | None
    clock: ClockName
    due_at: datetime
    remind_at: datetime | None
    overdue_since: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """Both deadlines of an offer, and what the sweep does: first all of the clock to accept, then all of that to contact."""

    accept_by: datetime
    contact_by: datetime
    entries: tuple[Entry, ...]


def agreed_span(rule: HandoffRule, clock: ClockName) -> Span:
    """What was agreed for this clock."""
    return rule.accept_within if clock == ACCEPT else rule.contact_within


def seconds_of(span: Span) -> float:
    return span.hours * 3600


def term(span: Span, calendar_id: int | None, since: datetime, seconds: float | None = None) -> Term:
    """So much of the span's kind of time after `since`; all of it unless `seconds` says less."""
    return Term(calendar_id if span.business else None, since, seconds_of(span) if seconds is None else seconds)


def plans(asked: Sequence[tuple[HandoffRule, int | None]], since: datetime) -> list[Plan]:
    """For each rule and calendar what an offer at `since` is to be."""
    clocks: tuple[ClockName, ...] = (ACCEPT, CONTACT)
    terms: list[Term] = []
    for rule, calendar_id in asked:
        for clock in clocks:
            span = agreed_span(rule, clock)
            share = seconds_of(span) * (rule.remind_at or 1)
            terms += [term(span, calendar_id, since), term(span, calendar_id, since, share)]
    found = iter(reckon(terms))
    standings = [
        Standing(rule, calendar_id, clock, next(found), _if_reminded(rule, next(found)))
        for rule, calendar_id in asked
        for clock in clocks
    ]
    laid = iter(zip(standings, lay_out(standings), strict=True))
    both = [(next(laid), next(laid)) for _one in asked]
    return [Plan(a.due_at, c.due_at, (*of_a, *of_c)) for (a, of_a), (c, of_c) in both]


def _if_reminded(rule: HandoffRule, moment: datetime) -> datetime | None:
    return moment if rule.remind_at is not None else None


def lay_out(standings: Sequence[Standing]) -> list[tuple[Entry, ...]]:
    """What the sweep does on each of these clocks, in order."""
    terms = [
        term(span, one.calendar_id, one.overdue_since or one.due_at)
        for one in standings
        for span in _after_deadline(one)
    ]
    found = iter(reckon(terms))
    return [_entries(one, [next(found) for _span in _after_deadline(one)]) for one in standings]


def _after_deadline(one: Standing) -> list[Span]:
    spans = [escalation.after for escalation in one.rule.escalate]
    if one.clock == ACCEPT and one.rule.expire_after is not None:
        spans.append(one.rule.expire_after)
    return spans


def _entries(one: Standing, later: Sequence[datetime]) -> tuple[Entry, ...]:
    found: list[tuple[datetime, str, str | None]] = []
    if one.remind_at is not None:
        found.append((one.remind_at, REMIND, None))
    found.append((one.due_at, BREACH, None))
    found += [(at, ESCALATE, step.to) for at, step in zip(later, one.rule.escalate, strict=False)]
    if len(later) > len(one.rule.escalate):
        found.append((later[-1], EXPIRE, None))
    order = (REMIND, BREACH, ESCALATE, EXPIRE)
    found.sort(key=lambda entry: (entry[0], order.index(entry[1])))
    return tuple(Entry(clock=one.clock, what=what, to=to, at=at.isoformat()) for at, what, to in found)

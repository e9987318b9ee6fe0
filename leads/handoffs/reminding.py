"""Who is told of what was due on the clocks of handoffs, and in which words? Said by the sweep, and by whoever comes before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from alignment.people.models import User
from leads.handoffs import telling
from leads.handoffs.clocks import ACCEPT, BREACH, ESCALATE, EXPIRE, REMIND
from leads.handoffs.discretion import leads_among
from leads.handoffs.queries.sweep import Step
from leads.handoffs.telling import Line

ORDER = (REMIND, BREACH, ESCALATE, EXPIRE)
Words = tuple[str, str, str]
"""What is said of one handoff, of several, and what to do."""

SAID: Mapping[tuple[str, str], Words] = {
    ("accept", REMIND): (
        "An offer waits for you", "{n} offers wait for you", "Soon it is due: take it, or say why not."
    ),
    ("accept", BREACH): ("An offer is overdue", "{n} offers are overdue", "Take it, or say why not."),
    ("accept", ESCALATE): (
        "Nobody has decided on an offer in time", "Nobody has decided on {n} offers in time", "Pass it on, or decide on it."
    ),
    ("accept", EXPIRE): (
        "An offer ran out", "{n} offers ran out", "Nobody decided on it; the next receiver is looked for."
    ),
    ("contact", REMIND): ("A lead waits for your call", "{n} leads wait for your call", "The first contact is due soon."),
    ("contact", BREACH): (
        "The first contact with a lead is overdue", "The first contact with {n} leads is overdue", "Call or write now."
    ),
    ("contact", ESCALATE): (
        "Nobody has contacted a lead in time", "Nobody has contacted {n} leads in time", "Pass it on, or make the call."
    ),
}  # fmt: skip
"""What is said, by clock and step."""

KEEPS = "Nobody decided on it; whoever holds the lead keeps it."
STAYS: Words = (
    "A lead stays with you", "{n} leads stay with you", "It was passed on to somebody else, and nobody decided on that offer."
)  # fmt: skip
MADE: Words = (
    "An offer that you made ran out",
    "{n} offers that you made ran out",
    "Nobody decided on it: see who is next.",
)


def tell_of(steps: Sequence[Step], *, now: datetime) -> None:
    """One message a recipient; of several steps of one handoff only the gravest."""
    if steps:
        telling.tell(_lines(steps), now=now)


def _lines(steps: Sequence[Step]) -> dict[int, list[Line]]:
    people = telling.people_of({step.to_team_id for step in steps if step.to_user_id is None})
    leads = telling.team_leads()
    gravest: dict[tuple[int, int], tuple[Step, Words]] = {}
    for step in steps:
        for user_id, words in _told(step, people, leads):
            before = gravest.get((user_id, step.handoff_id))
            if before is None or ORDER.index(before[0].what) <= ORDER.index(step.what):
                gravest[user_id, step.handoff_id] = step, words
    found: dict[int, list[Line]] = defaultdict(list)
    for (user_id, handoff_id), (step, (one, many, text)) in gravest.items():
        shown = step.kept_by_id if step.kept_by_id is not None and user_id == step.holder_id else handoff_id
        found[user_id].append(Line(shown, f"step:{step.id}", one, many, text))
    return found


def _told(step: Step, people: Mapping[int, Sequence[int]], leads: Sequence[User]) -> Iterator[tuple[int, Words]]:
    """Who is told of a step, and what; the last word to somebody counts."""
    words = SAID[step.clock, step.what]
    if step.what != EXPIRE:
        yield from ((user_id, words) for user_id in _whom(step, people, leads))
        return
    kept = step.kept_by_id is not None
    if step.offered_by_id is not None:
        yield step.offered_by_id, (*MADE[:2], KEEPS) if kept else MADE
    yield from ((user_id, (*words[:2], KEEPS) if kept else words) for user_id in _whom(step, people, leads))
    if kept and step.holder_id is not None:
        yield step.holder_id, STAYS


def _whom(step: Step, people: Mapping[int, Sequence[int]], leads: Sequence[User]) -> Sequence[int]:
    """Who is told of a step: the receiver, or the leads to whom it is escalated."""
    if step.what == ESCALATE:
        whom = _leads_of(leads, step, step.to_team_id, step.to_side)
        return (
            whom if step.to == "receiver_lead" else [*whom, *_leads_of(leads, step, step.from_team_id, step.from_side)]
        )
    if step.clock != ACCEPT and step.holder_id is not None:
        return [step.holder_id]
    return [step.to_user_id] if step.to_user_id is not None else people.get(step.to_team_id, ())


def _leads_of(leads: Sequence[User], step: Step, team_id: int | None, side: str) -> list[int]:
    return [one.pk for one in leads_among(leads, team_id, side, receiving=step.to_team_id)]

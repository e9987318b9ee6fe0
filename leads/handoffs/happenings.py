"""How are the events of a handoff told on a lead's timeline? One function a kind of event, in the shape of all that happened."""

from __future__ import annotations

from alignment.people.naming import name_to
from alignment.people.selectors import Somebody
from leads.handoffs.discretion import note_to, receiver_to, why_to
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.rules import rule_of
from leads.selectors.happenings import Item, Place

HOLD, OFFERED, DECIDED, RETURNED = range(6, 10)
"""Ranks beside those of other happenings: of what is of the same instant, these stand above."""

TITLES = {
    State.ACCEPTED.value: ("Taken over", "check", "won"),
    State.REJECTED.value: ("Turned down", "ban", "lost"),
    State.EXPIRED.value: ("The offer ran out", "clock", ""),
    State.WITHDRAWN.value: ("The offer was taken back", "history", ""),
}
BY_NOBODY = {State.EXPIRED.value: "nobody decided in time", State.WITHDRAWN.value: "by the machine"}


def of_offer(row: Handoff, reader: Somebody) -> Item:
    """To whom it was offered, and how they were found."""
    return Item(
        place=Place(row.offered_at, OFFERED, row.pk),
        icon="route",
        tone=row.to_side,
        title=f"Offered to {receiver_to(reader, row)}",
        who=name_to(reader, row.offered_by) or f"by the rule “{row.rule_key}”",
        lines=tuple(why_to(reader, row)),
    )


def of_decision(row: Handoff, reader: Somebody) -> Item:
    """What became of the offer; a reason stands here unless it is why the lead came back later."""
    title, icon, tone = TITLES[row.state]
    at = row.decided_at or row.offered_at
    note = [note_to(reader, row)] if row.state == State.WITHDRAWN else []
    said = _why_back(row, reader) if row.state == State.REJECTED else note
    return Item(
        place=Place(at, DECIDED, row.pk),
        icon=icon,
        tone=tone,
        title=title,
        who=name_to(reader, row.decided_by) or BY_NOBODY.get(row.state, ""),
        lines=tuple(line for line in said if line),
    )


def of_return(row: Handoff, reader: Somebody) -> Item:
    """Why an accepted lead was given back."""
    at = row.returned_at or row.offered_at
    return Item(
        place=Place(at, RETURNED, row.pk),
        icon="history",
        tone="lost",
        title="Given back",
        who=name_to(reader, row.returned_by),
        lines=tuple(line for line in _why_back(row, reader) if line),
    )


def of_hold(row: Hold, reader: Somebody) -> Item:
    """That the clocks stood still, for what and until when."""
    rule = rule_of(row.handoff)
    agreed = rule.hold(row.reason) if rule else None
    return Item(
        place=Place(row.began_at, HOLD, row.pk),
        icon="clock",
        tone="",
        title=f"On hold: {agreed.title if agreed else row.reason}",
        who=name_to(reader, row.by),
        lines=(row.note,) if row.note else (),
    )


def _why_back(row: Handoff, reader: Somebody) -> list[str | None]:
    rule = rule_of(row)
    agreed = rule.reason(row.reason) if rule else None
    return [
        f"Reason: {agreed.title if agreed else row.reason}" if row.reason else "No reason was given.",
        note_to(reader, row),
    ]

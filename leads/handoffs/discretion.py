"""What is said of a handoff to whoever reads it? One rule for refusals, messages, timelines, pages and documents.

Names are those of `alignment.people.naming`. What people typed is shown to those who know who typed it; a partner learns how their
own people were found, and nothing of others who could not take a lead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from alignment.people.models import Side, User
from alignment.people.naming import OUR_SIDE, first_of, knows, knows_team, name_to
from alignment.people.selectors import Somebody, reporting_zone, sees_everything
from leads.handoffs.models import Handoff, State

DONE = {
    State.ACCEPTED.value: "accepted this lead",
    State.REJECTED.value: "turned this lead down",
    State.WITHDRAWN.value: "took this offer back",
}


def receiver_to(reader: Somebody, handoff: Handoff) -> str:
    """Whom it is offered to. The handoff comes with its people and teams, here and below."""
    if handoff.to_user is not None:
        return name_to(reader, handoff.to_user)
    return f"anybody of {handoff.to_team}" if knows(reader, handoff.to_team) else OUR_SIDE


def giver_to(reader: Somebody, handoff: Handoff) -> str:
    """Who it comes from: a person, else a team, else a side."""
    known = first_of(reader, handoff.from_user, handoff.from_team)
    return known or (handoff.get_from_side_display() if sees_everything(reader) else OUR_SIDE)


def giving_side(reader: Somebody, handoff: Handoff) -> str:
    """The side it comes from; that of another partner is sales, as a partner is in every figure."""
    hidden = handoff.from_side == Side.PARTNER and not knows_team(reader, handoff.from_team_id)
    return Side.SALES.value if hidden else handoff.from_side


def why_to(reader: Somebody, handoff: Handoff) -> list[str]:
    """How the receiver was found, one sentence an item."""
    why: list[str] = handoff.why
    if sees_everything(reader):
        return why
    hidden = "" if knows(reader, handoff.offered_by) else str(handoff.offered_by)
    return [one for one in why[-1:] if not hidden or hidden not in one]


def note_to(reader: Somebody, handoff: Handoff) -> str | None:
    """What was said beside the decision."""
    return handoff.note if knows(reader, handoff.returned_by or handoff.decided_by) else None


def successor_to(reader: Somebody, handoff: Handoff) -> Handoff | None:
    """The handoff that continues this one."""
    after: Handoff | None = getattr(handoff, "replaced_by", None)
    return after if after is not None and knows_team(reader, after.to_team_id) else None


def decided_words(reader: Somebody, handoff: Handoff) -> str:
    """Who decided what and when, in a sentence: what the second of two is told."""
    who = name_to(reader, handoff.returned_by or handoff.decided_by) or "somebody"
    if handoff.returned_at is not None:
        return sentence(f"{who} gave this lead back on {moment(handoff.returned_at)}.")
    if handoff.decided_at is None:
        return "Nobody has decided on this offer yet."
    when = moment(handoff.decided_at)
    if handoff.state == State.EXPIRED:
        return f"This offer ran out on {when}: nobody had decided on it."
    if handoff.state == State.WITHDRAWN and handoff.decided_by is None:
        return f"This offer was taken back on {when}."
    return sentence(f"{who} {DONE.get(handoff.state, 'decided')} on {when}.")


def leads_among(leads: Iterable[User], team_id: int | None, side: str, *, receiving: int) -> list[User]:
    """Of these leads of teams, those of that team; where it has none, or is not known, of the side.

    A partner's only of the team that receives the lead: whoever had it before is not told what became of it elsewhere.
    """
    told = [one for one in leads if one.side != Side.PARTNER or one.team_id == receiving]
    of_team = [one for one in told if one.team_id == team_id]
    return of_team or ([] if side == Side.PARTNER else [one for one in told if one.side == side])


def sentence(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]


def moment(at: datetime, zone: ZoneInfo | None = None) -> str:
    """An instant in the reporting zone, as people read it; who says many gives the zone."""
    return f"{at.astimezone(zone or reporting_zone()):%-d %B %Y, %H:%M}"

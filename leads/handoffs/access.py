"""Who may do what with a handoff? Pure rules over a person and a handoff, asked by services, pages and the API alike.

Who may not see a handoff at all is told that there is none: that is `leads.handoffs.reading`.
"""

from __future__ import annotations

from dataclasses import dataclass

from alignment.people.models import Role, Side, User
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from leads.handoffs.models import Handoff, State
from leads.handoffs.terms import HandoffRule
from leads.records.models import Lead


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a handoff as it stands: for pages, which show no button that would be refused."""

    decide: bool
    give_back: bool
    hold: bool
    reassign: bool
    contact: bool
    withdraw: bool
    explain: bool


def rights_of(user: User, handoff: Handoff) -> Rights:
    """Of a handoff with its lead; who only reads has none."""
    is_open = handoff.state == State.OFFERED
    in_hand = handoff.state == State.ACCEPTED and handoff.returned_at is None
    came_back = handoff.state == State.REJECTED or handoff.returned_at is not None
    return Rights(
        decide=is_open and may_decide(user, handoff),
        give_back=in_hand and may_give_back(user, handoff),
        hold=(is_open or in_hand) and may_hold(user, handoff),
        reassign=(is_open or in_hand) and may_reassign(user, handoff),
        contact=(is_open or in_hand) and may_contact(user, handoff),
        withdraw=is_open and may_withdraw(user, handoff),
        explain=came_back and handoff.reason is None and may_explain(user, handoff),
    )


def may_decide(user: User, handoff: Handoff) -> bool:
    """Whom it is offered to; anybody of the team where it is offered to nobody in particular; its leads; operators.

    Who left the team since is nobody of these.
    """
    if not may_write(user):
        return False
    if user.is_operator or leads_team(user, handoff.to_team_id):
        return True
    return handoff.to_user_id in (None, user.pk) and user.team_id == handoff.to_team_id


def may_give_back(user: User, handoff: Handoff) -> bool:
    """The lead's owner, a lead of the team, operators."""
    if not may_write(user):
        return False
    return user.is_operator or user.pk == handoff.lead.owner_id or leads_team(user, handoff.to_team_id)


def may_hold(user: User, handoff: Handoff) -> bool:
    """Who may decide on it, and, once it is accepted, who may give it back."""
    return may_decide(user, handoff) if handoff.state == State.OFFERED else may_give_back(user, handoff)


def may_reassign(user: User, handoff: Handoff) -> bool:
    """Whom it is offered to, the lead's owner once it is accepted, leads of the team and of the side it comes from, operators."""
    if not may_write(user):
        return False
    accepted = handoff.state == State.ACCEPTED
    return (
        user.is_operator
        or user.pk == (handoff.lead.owner_id if accepted else handoff.to_user_id)
        or leads_team(user, handoff.to_team_id)
        or _leads_side(user, handoff.from_side, handoff.from_team_id)
    )


def may_contact(user: User, handoff: Handoff) -> bool:
    """Everybody of the receiving side who sees it: a colleague who picks up the telephone counts."""
    return may_write(user) and (user.is_operator or _is_of(user, handoff.to_side, handoff.to_team_id))


def may_withdraw(user: User, handoff: Handoff) -> bool:
    """The side it comes from, leads of either side, operators."""
    if not may_write(user):
        return False
    return (
        user.is_operator
        or _is_of(user, handoff.from_side, handoff.from_team_id)
        or _leads_side(user, handoff.to_side, handoff.to_team_id)
    )


def may_explain(user: User, handoff: Handoff) -> bool:
    """Who turned it down or gave it back, whom it was offered to, leads of the team, operators."""
    if not may_write(user):
        return False
    concerned = {handoff.decided_by_id, handoff.returned_by_id, handoff.to_user_id} - {None}
    return user.is_operator or user.pk in concerned or leads_team(user, handoff.to_team_id)


def may_hand_over(user: User, lead: Lead, rule: HandoffRule) -> bool:
    """Beginning a handoff by hand: the side from which the rule takes leads, who holds the lead, leads of either side, operators."""
    if not may_write(user):
        return False
    if user.is_operator or user.pk == lead.owner_id or (user.team_id is not None and user.team_id == lead.team_id):
        return True
    return user.side == rule.from_.side or (user.role == Role.LEAD and user.side == rule.to.side)


def leads_team(user: User, team_id: int | None) -> bool:
    return user.role == Role.LEAD and user.team_id is not None and user.team_id == team_id


def _is_of(user: User, side: str, team_id: int | None) -> bool:
    """Of that side; partners are one another's strangers, so of a partner only that very team."""
    if side == Side.PARTNER:
        return user.team_id == team_id
    return user.side == side


def _leads_side(user: User, side: str, team_id: int | None) -> bool:
    return user.role == Role.LEAD and _is_of(user, side, team_id)


def not_yours(who: str) -> Refused:
    """The refusal of who sees a handoff and may not do this with it."""
    return Refused("not_yours", f"This is for {who}.", status=403)


def for_receiver(handoff: Handoff) -> str:
    """Who decides on a handoff, in words."""
    whom = str(handoff.to_user) if handoff.to_user is not None else f"anybody of {handoff.to_team}"
    return f"{whom}, a lead of {handoff.to_team}, or an operator"

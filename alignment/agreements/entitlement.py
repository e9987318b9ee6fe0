"""Who may do what with an agreement? Pure rules over a person, asked by services, pages and the API alike."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from alignment.agreements.models import Version
from alignment.people.models import Role, Side, User
from alignment.people.selectors import Somebody
from alignment.refusals import Refused

OUR_SIDES = (Side.MARKETING, Side.SALES)


def may_read(user: Somebody) -> bool:
    """Both teams, managers and operators; what is agreed about them is nothing for partners, nor for who is in no team."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.role in (Role.MANAGER, Role.OPERATOR) or user.side in OUR_SIDES


def may_write(user: Somebody) -> bool:
    """Everybody of marketing and sales, and operators, may draft, propose and comment. Managers read."""
    return isinstance(user, User) and may_read(user) and user.role != Role.MANAGER


def signs_for(user: Somebody) -> str | None:
    """The side this person signs for: a team lead the side of their team; nobody else signs."""
    if (
        isinstance(user, User)
        and user.is_active
        and user.role == Role.LEAD
        and user.team
        and user.team.side in OUR_SIDES
    ):
        return user.team.side
    return None


def as_they_are(user: User) -> User:
    """The person as the database has them, held until the transaction ends: whose role, side or account changed since
    the page was opened acts as what they are now."""
    people = User.objects.select_for_update(of=("self",), no_key=True).select_related("team")
    return people.get(pk=user.pk)


def require_writer(user: Somebody) -> None:
    """Refused with 403 where this person may read agreements, and with 404 where not even that."""
    if not may_read(user):
        raise not_there()
    if not may_write(user):
        raise Refused(
            "may_not_write", "You may read agreements; drafting and commenting is for the two teams.", status=403
        )


def require_signer(user: Somebody, sides: Iterable[str]) -> str:
    """The side for which this person signs this agreement, or `not_entitled` saying who may."""
    if not may_read(user):
        raise not_there()
    side = signs_for(user)
    if side is None or side not in sides:
        whose = " and ".join(sides)
        raise Refused(
            "not_entitled", f"Only a team lead of {whose} decides on this, each for their own side.", status=403
        )
    return side


def may_withdraw(user: User, version: Version) -> bool:
    """Who wrote or proposed it, a lead of the proposer's side, and operators."""
    if user.is_operator or user.pk in (version.author_id, version.proposed_by_id):
        return True
    proposer = version.proposed_by
    return proposer is not None and proposer.side is not None and signs_for(user) == proposer.side


def not_there() -> Refused:
    return Refused("not_found", "There is no such agreement.", status=404)


def readers() -> Q:
    """Who may read agreements: the same rule as `may_read`, for queries."""
    return Q(is_active=True) & (
        Q(role__in=[Role.MANAGER, Role.OPERATOR]) | Q(team__side__in=[side.value for side in OUR_SIDES])
    )


def both_teams() -> Q:
    """People of marketing and sales who are in: they are told when what is agreed changes."""
    return Q(is_active=True, team__side__in=[side.value for side in OUR_SIDES])

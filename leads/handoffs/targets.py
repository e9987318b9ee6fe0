"""Whom may somebody choose by hand as the next to have a lead? People and teams of the receiving side, partners only their own.

Rules look for who is there and free; who chooses by hand knows what they do: only who is not active is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from alignment.people.models import Role, Side, Team, User
from alignment.people.selectors import people_visible_to, teams_visible_to
from alignment.refusals import FieldError, Refused

SALES_SIDES = (Side.SALES.value, Side.PARTNER.value)


@dataclass(frozen=True)
class Target:
    """A person, or anybody of a team."""

    user: User | None
    team: Team

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    def __str__(self) -> str:
        return str(self.user) if self.user is not None else f"anybody of {self.team}"


def sides_like(side: str) -> tuple[str, ...]:
    """The sides whose people may stand in for one another: a partner team is one like any other of sales."""
    return SALES_SIDES if side in SALES_SIDES else (side,)


def find_target(*, to_user_id: int | None, to_team_id: int | None, side: str, by: User) -> Target:
    """Whom `by` names; refused (422) with `receiver_needed`, `unknown_person`, `unknown_team`, `not_active` or `other_side`."""
    if to_user_id is None and to_team_id is None:
        raise _refused("to_user", "receiver_needed", "Say to whom: a person or a team.")
    target = _person(to_user_id, to_team_id, by) if to_user_id is not None else _team(to_team_id or 0, by)
    if target.team.side not in sides_like(side):
        field = "to_user" if target.user is not None else "to_team"
        raise _refused(field, "other_side", f"{target} is not of {side}: choose somebody there.")
    return target


def _person(to_user_id: int, to_team_id: int | None, by: User) -> Target:
    user = people_visible_to(by).select_related("team").filter(pk=to_user_id).first()
    if user is None:
        raise _refused("to_user", "unknown_person", "There is nobody of this id.")
    if not user.is_active or user.team is None or user.role == Role.MANAGER:
        raise _refused("to_user", "not_active", f"{user} takes no leads: not active, in no team, or a manager.")
    if to_team_id is not None and to_team_id != user.team_id:
        raise _refused("to_team", "other_team", f"{user} is in {user.team}. Name the person or the team.")
    return Target(user, user.team)


def _team(to_team_id: int, by: User) -> Target:
    team = teams_visible_to(by).filter(pk=to_team_id).first()
    if team is None:
        raise _refused("to_team", "unknown_team", "There is no team of this id.")
    if not team.people.filter(is_active=True).exclude(role=Role.MANAGER).exists():
        raise _refused("to_team", "not_active", f"Nobody of {team} is active.")
    return Target(None, team)


def _refused(field: str, code: str, detail: str) -> Refused:
    return Refused(code, detail, [FieldError(field, code, detail)], status=422)

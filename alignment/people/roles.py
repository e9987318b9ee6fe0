"""What is somebody here: their name, role and team, and whether they are in. One writer that keeps an operator in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from alignment.people.locks import KEEPING_AN_OPERATOR, take_lock
from alignment.people.models import Role, Team, User
from alignment.people.persons import change_person
from alignment.refusals import FieldError, Refused

IN_A_TEAM = (Role.MEMBER, Role.LEAD)


@dataclass(frozen=True)
class Standing:
    """What may change about a person; two of them are a change and its undo."""

    name: str
    role: str
    team_id: int | None
    active: bool


def standing_of(user: User) -> Standing:
    return Standing(user.name, user.role, user.team_id, user.is_active)


@transaction.atomic
def change_standing(user: User, wanted: Standing, *, now: datetime, expected: Standing | None = None) -> Standing:
    """Make somebody what `wanted` says from `now` on; returns what they were before.

    Refused: `changed_since` where they are no longer what was `expected`, `team_needed` for members and leads
    without a team, `last_operator` where nobody who can sign in as operator would be left.
    """
    take_lock(KEEPING_AN_OPERATOR)
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = standing_of(locked)
    if expected is not None and before != expected:
        raise Refused("changed_since", f"{locked} was changed by somebody else since; look again first.", status=409)
    if wanted == before:
        return before
    team = Team.objects.get(pk=wanted.team_id) if wanted.team_id else None
    if (wanted.role, wanted.team_id) != (before.role, before.team_id):
        check_role(wanted.role, team)
    _keep_an_operator(locked, before, wanted)
    locked.name, locked.role = wanted.name, wanted.role
    locked.save(update_fields=["name", "role"])
    change_person(locked, now=now, active=wanted.active, team=team, leave_team=team is None)
    return before


def set_active(user: User, active: bool, *, now: datetime, by: User) -> tuple[Standing, Standing]:
    """Let somebody in, or close the door: no session and no API key of theirs works then. Returns before and after."""
    if user.pk == by.pk:
        raise Refused("yourself", "You would lock yourself out. Another operator can do this.", status=409)
    expected = standing_of(user)
    wanted = replace(expected, active=active)
    return change_standing(user, wanted, now=now, expected=expected), wanted


def rename(user: User, name: str) -> None:
    """Another name for the same person."""
    User.objects.filter(pk=user.pk).update(name=name)


def check_role(role: str, team: Team | None) -> None:
    """Members and leads belong to a team: without one they would see nothing."""
    if role not in Role.values:
        raise Refused("unknown_role", f"A role is one of {', '.join(Role.values)}.")
    if role in IN_A_TEAM and team is None:
        detail = "Members and leads belong to a team: without one they would see no leads."
        raise Refused("team_needed", detail, [FieldError("team", "team_needed", detail)])


def _keep_an_operator(user: User, before: Standing, wanted: Standing) -> None:
    stays = wanted.active and wanted.role == Role.OPERATOR
    was = before.active and before.role == Role.OPERATOR
    if was and not stays and not _another_operator(user):
        detail = f"{user} is the only operator who can sign in. Make somebody else an operator first."
        raise Refused("last_operator", detail, status=409)


def _another_operator(user: User) -> bool:
    others = User.objects.filter(role=Role.OPERATOR, is_active=True).exclude(pk=user.pk)
    return any(other.has_usable_password() for other in others)

"""The only writer of people and teams: who is active, in which team, and since when."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.clock import BEGINNING
from alignment.people.models import PersonChange, Team, User
from alignment.people.named import IMPORTED_TEAM, ensure_team, named_people
from alignment.people.roster import PersonRow, save_people
from alignment.refusals import Refused

__all__ = ["IMPORTED_TEAM", "PersonRow", "add_person", "change_person", "ensure_team", "named_people", "save_people"]


@transaction.atomic
def add_person(
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    password: str | None = None,
    team: Team | None = None,
    role: str = "member",
    active: bool = True,
    system: str | None = None,
    external_id: str | None = None,
) -> User:
    """A new person, active and in the team since always (as far as anyone knows)."""
    if email and User.objects.filter(email__iexact=email).exists():
        raise Refused("email_taken", f"Somebody with the address {email} is here already.", status=409)
    user = User.objects.create_user(
        email, password, name=name, team=team, role=role, is_active=active, system=system, external_id=external_id
    )
    PersonChange.objects.create(user=user, at=BEGINNING, recorded_at=now, active=active, team=team)
    return user


@transaction.atomic
def change_person(
    user: User, *, now: datetime, active: bool | None = None, team: Team | None = None, leave_team: bool = False
) -> None:
    """Activate, deactivate or move a person from `now` on; what was stays in the log."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    after_active = locked.is_active if active is None else active
    after_team = None if leave_team else (team or locked.team)
    if (after_active, after_team) == (locked.is_active, locked.team):
        return
    PersonChange.objects.create(user=locked, at=now, recorded_at=now, active=after_active, team=after_team)
    locked.is_active, locked.team = after_active, after_team
    locked.save(update_fields=["is_active", "team"])

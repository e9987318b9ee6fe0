"""The only writer of people and teams: who is active, in which team, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.clock import BEGINNING
from alignment.outcome import RowResult
from alignment.people.models import PersonChange, Side, Team, User
from alignment.refusals import Refused

IMPORTED_TEAM = "Imported sales"


def ensure_team(name: str, *, side: str) -> Team:
    """The team of that name (without regard to case), made with `side` where there is none."""
    found = Team.objects.filter(name__iexact=name).first()
    return found or Team.objects.create(name=name, side=side)


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
def change_person(user: User, *, now: datetime, active: bool | None = None, team: Team | None = None, leave_team: bool = False) -> None:
    """Activate, deactivate or move a person from `now` on; what was stays in the log."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    after_active = locked.is_active if active is None else active
    after_team = None if leave_team else (team or locked.team)
    if (after_active, after_team) == (locked.is_active, locked.team):
        return
    PersonChange.objects.create(user=locked, at=now, recorded_at=now, active=after_active, team=after_team)
    locked.is_active, locked.team = after_active, after_team
    locked.save(update_fields=["is_active", "team"])


@transaction.atomic
def named_people(labels: Iterable[str], *, now: datetime, team_name: str = IMPORTED_TEAM) -> dict[str, User]:
    """For each label (an e-mail, an external id or a name) the person it names; who names nobody is made.

    Somebody made so cannot sign in, is active, and belongs to `team_name`. Matching: e-mail, then external id,
    then name, without regard to case.
    """
    wanted = sorted({label.strip() for label in labels if label and label.strip()})
    found: dict[str, User] = {}
    for user in _matching(wanted):
        for label in (user.name, user.external_id, user.email):
            if label:
                found[label.casefold()] = user
    missing = [label for label in wanted if label.casefold() not in found]
    if missing:
        team = ensure_team(team_name, side=Side.SALES)
        for label in missing:
            if label.casefold() in found:
                continue
            email = label if "@" in label else None
            found[label.casefold()] = add_person(name=label, email=email, now=now, team=team)
    return {label: found[label.casefold()] for label in wanted}


def _matching(labels: list[str]) -> list[User]:
    lowered = [label.lower() for label in labels]
    return list(
        User.objects.raw(
            "SELECT * FROM people_user WHERE lower(email) = ANY(%s) OR lower(name) = ANY(%s) OR external_id = ANY(%s) ORDER BY id DESC",
            [lowered, lowered, labels],
        )
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of ours, on the way in. Identity is system and external id, else the e-mail, else the name."""

    name: str | None
    system: str | None = None
    external_id: str | None = None
    email: str | None = None
    team: str | None = None
    active: bool | None = None


def save_people(
    rows: Sequence[PersonRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make or change people from a list of users; one result a row, in order. They are not invited by this."""
    raise NotImplementedError

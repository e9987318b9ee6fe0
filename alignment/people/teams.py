"""Which teams are there, and what are they called? The writer of teams for those who run the product."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from alignment.people.models import Side, Team
from alignment.refusals import FieldError, Refused


def add_team(name: str, *, side: str) -> Team:
    """A new team; two teams never share a name."""
    if side not in Side.values:
        raise Refused("unknown_side", f"A side is one of {', '.join(Side.values)}.")
    try:
        with transaction.atomic():
            return Team.objects.create(name=_clean(name), side=side)
    except IntegrityError:
        raise _taken(name) from None


def rename_team(team: Team, name: str) -> None:
    """Another name for the same team: its people, leads and history stay with it. Its side is for good."""
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(name=_clean(name))
    except IntegrityError:
        raise _taken(name) from None


def _clean(name: str) -> str:
    return " ".join(name.split())


def _taken(name: str) -> Refused:
    detail = f"There is a team called “{_clean(name)}” already."
    return Refused("name_taken", detail, [FieldError("name", "name_taken", detail)], status=409)

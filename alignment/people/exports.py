"""People, teams and keys as files. People are columns as the kind `users` has them, so that the file can be brought in again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.own_names import SYSTEM, own_name
from alignment.people.models import ApiKey, Team, User
from alignment.ui.exports import Column, Export, export_of

NOTE = "The profile alignment-users brings this file in again."


def _named(user: User) -> tuple[str, str]:
    return (user.system, user.external_id) if user.system and user.external_id else (SYSTEM, own_name(user.pk))


PEOPLE: Sequence[Column[User]] = (
    Column("system", lambda user: _named(user)[0]),
    Column("external_id", lambda user: _named(user)[1]),
    Column("name", lambda user: user.name),
    Column("email", lambda user: user.email),
    Column("team", lambda user: user.team.name if user.team else None),
    Column("active", lambda user: user.is_active),
)


def people_export(people: QuerySet[User], *, as_of: datetime) -> Export:
    """These people, in their order."""
    rows = people.select_related("team").iterator(chunk_size=2_000)
    return export_of("People", PEOPLE, rows, as_of=as_of, note=NOTE)


def keys_export(keys: Iterable[ApiKey], *, as_of: datetime) -> Export:
    """Which keys there are; what opens anything is kept nowhere."""
    columns: list[Column[ApiKey]] = [
        Column("name", lambda key: key.name),
        Column("person", lambda key: key.user.label),
        Column("scope", lambda key: key.scope),
        Column("made_at", lambda key: key.created),
    ]
    return export_of("API keys", columns, keys, as_of=as_of)


def teams_export(teams: QuerySet[Team], *, as_of: datetime) -> Export:
    """These teams and their sides."""
    columns: list[Column[Team]] = [Column("name", lambda team: team.name), Column("side", lambda team: team.side)]
    return export_of("Teams", columns, teams, as_of=as_of)

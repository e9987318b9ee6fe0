"""Whose key is this? Asked at every request of another system: one statement, put together once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from alignment.people.models import ApiKey, Team, User
from alignment.prepared import execute

Kind = TypeVar("Kind", bound=Model)


def key_of(digest: str) -> ApiKey | None:
    """The key that is kept under this hash, with its person and their team."""
    with connection.cursor() as cursor:
        execute(cursor, _statement(), {"digest": digest})
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    key, user, team = _made(ApiKey, values), _made(User, values), _made(Team, values)
    user.team = team if user.team_id is not None else None
    key.user = user
    return key


@lru_cache
def _statement() -> str:
    found = ApiKey.objects.select_related("user__team").filter(digest="")
    statement: str = found.query.sql_with_params()[0]
    return statement.replace("%s", "%(digest)s")


def _made(kind: type[Kind], values: Iterator[object]) -> Kind:
    """An object of the next columns of a row."""
    names = [field.attname for field in kind._meta.concrete_fields]
    return kind.from_db(connection.alias, names, list(islice(values, len(names))))

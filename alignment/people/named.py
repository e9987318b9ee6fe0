"""Whom does a word in a file name: which person, which team? Who names nobody is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from alignment.clock import BEGINNING
from alignment.people.addresses import read_email
from alignment.people.models import PersonChange, Side, Team, User

IMPORTED_TEAM = "Imported sales"
MAKING_PEOPLE = 7_001
"""The advisory lock under which people are made from names, so that two imports do not make one twice."""

MATCH_PEOPLE = """
WITH wanted AS (SELECT label, n FROM unnest(%(labels)s::text[]) WITH ORDINALITY AS w(label, n)),
matches AS (
    SELECT n, 1 AS rank, u.id FROM wanted JOIN people_user u ON lower(u.email) = lower(label)
    UNION ALL SELECT n, 2, u.id FROM wanted JOIN people_user u ON u.external_id = label
    UNION ALL SELECT n, 3, u.id FROM wanted JOIN people_user u ON lower(u.name) = lower(label)
)
SELECT DISTINCT ON (n) n, id FROM matches ORDER BY n, rank, id
"""

HOLD = "SELECT id FROM people_user WHERE id = ANY(%(people)s::bigint[]) ORDER BY id FOR KEY SHARE"
"""So that no undo takes away who is about to be named. Signing in does not wait for it."""

MATCH_TEAMS = """
SELECT w.n, t.id FROM unnest(%(labels)s::text[]) WITH ORDINALITY AS w(label, n)
JOIN people_team t ON lower(t.name) = lower(w.label)
"""

MAKE_TEAMS = """
INSERT INTO people_team (name, side) SELECT DISTINCT ON (lower(label)) label, %(side)s
FROM unnest(%(labels)s::text[]) AS w(label) ORDER BY lower(label), label ON CONFLICT DO NOTHING
"""


@transaction.atomic
def named_people(
    labels: Iterable[str], *, now: datetime, team_name: str = IMPORTED_TEAM, import_id: int | None = None
) -> dict[str, User]:
    """For each label (an e-mail, an external id or a name) the person it names; who names nobody is made.

    Somebody made so cannot sign in, is active, and belongs to `team_name`. Matching: e-mail, then external id,
    then name, without regard to case; the person who is here longest. Whoever is named is held until the transaction ends.
    """
    wanted = sorted({label.strip() for label in labels if label and label.strip()})
    found = match_people(wanted)
    if len(found) < len(wanted):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING_PEOPLE])
        found = match_people(wanted)
        _make([label for label in wanted if label not in found], now=now, team_name=team_name, import_id=import_id)
        found = match_people(wanted)
    if _hold({person.pk for person in found.values()}):
        return found
    return named_people(wanted, now=now, team_name=team_name, import_id=import_id)


def _hold(people: set[int]) -> bool:
    """Keep these people until the transaction ends; False where one is gone."""
    if not people:
        return True
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"people": sorted(people)})
        return len(cursor.fetchall()) == len(people)


def match_people(labels: list[str]) -> dict[str, User]:
    """The people whom these labels name; labels that name nobody are not in it."""
    ids = _matched(MATCH_PEOPLE, labels)
    people = User.objects.select_related("team").in_bulk(set(ids.values()))
    return {label: people[user_id] for label, user_id in ids.items() if user_id in people}


def _make(labels: list[str], *, now: datetime, team_name: str, import_id: int | None) -> None:
    home = team_name.strip() or IMPORTED_TEAM
    team_id = named_teams([home])[home] if labels else None
    once = {label.lower(): label for label in reversed(labels)}.values()
    made = User.objects.bulk_create(
        User(name=label, email=read_email(label), password=make_password(None), team_id=team_id, import_id=import_id)
        for label in sorted(once)
    )
    PersonChange.objects.bulk_create(
        PersonChange(user=user, at=BEGINNING, recorded_at=now, active=True, team_id=team_id, import_id=import_id)
        for user in made
    )


def named_teams(labels: Iterable[str], *, side: str = Side.SALES) -> dict[str, int]:
    """For each label the id of the team of that name, without regard to case; missing ones are made on `side`."""
    wanted = sorted({label.strip() for label in labels if label and label.strip()})
    found = match_teams(wanted)
    missing = [label for label in wanted if label not in found]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(MAKE_TEAMS, {"labels": missing, "side": side})
        found = match_teams(wanted)
    return found


def match_teams(labels: list[str]) -> dict[str, int]:
    """The ids of the teams that these labels name; labels that name none are not in it."""
    return _matched(MATCH_TEAMS, labels)


def _matched(statement: str, labels: list[str]) -> dict[str, int]:
    if not labels:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, {"labels": labels})
        return {labels[n - 1]: found for n, found in cursor.fetchall()}


def ensure_team(name: str, *, side: str) -> Team:
    """The team of that name (without regard to case), made with `side` where there is none."""
    return Team.objects.get(pk=named_teams([name], side=side)[name.strip()])

"""What can the list be narrowed by? Values that recent leads have, campaigns, owners and teams that one may see."""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody, people_visible_to, teams_visible_to
from leads.records.visibility import VISIBLE, sight_of
from leads.selectors.queries.recent import OF_ALL, OF_TEAM, VALUES

RECENT = 2_000
"""So many of the latest leads are looked at; any other value can be typed."""

NAMES = ("source", "channel", "segment", "territory", "campaign", "system")


def recent_values(user: Somebody) -> dict[str, list[str]]:
    """For each text filter the values that the latest leads have, sorted."""
    sight = sight_of(user)
    recent = sql.SQL(OF_ALL if sight.everything else OF_TEAM).format(visible=sql.SQL(VISIBLE))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(VALUES).format(recent=recent), dict(sight.parameters(), recent=RECENT))  # type: ignore[arg-type]
        row = cursor.fetchone()
    return {name: sorted(value for value in values or () if value) for name, values in zip(NAMES, row, strict=True)}


def owners(user: Somebody) -> list[tuple[str, str]]:
    """Everybody of a team, those who left last."""
    people = people_visible_to(user).filter(team__isnull=False).order_by("-is_active", "name", "pk")
    return [(str(one.pk), str(one) if one.is_active else f"{one} (left)") for one in people]


def teams(user: Somebody) -> list[tuple[str, str]]:
    return [(str(team.pk), team.name) for team in teams_visible_to(user)]

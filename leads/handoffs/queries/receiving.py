"""Who gets what is offered: their team's name and side, their calendar, and where they are told? Grain: one row a receiver asked for.

Clock: calendars in force at `at`; people and teams are those of now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

RECEIVING = """
SELECT r.person, r.team, t.name, t.side, leads_calendar_of(r.person, r.team, t.side, %(at)s), u.email, u.is_active IS TRUE
FROM unnest(%(people)s::bigint[], %(teams)s::bigint[]) AS r(person, team)
JOIN people_team t ON t.id = r.team
LEFT JOIN people_user u ON u.id = r.person
"""

MEMBERS = """
SELECT team_id, id, email FROM people_user
WHERE team_id = ANY(%(teams)s::bigint[]) AND is_active AND role <> 'manager' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Receiving:
    """A person of a team, or anybody of it (`user_id` None). `calendar_id` None: clock time counts. Who is not `active` is not told."""

    user_id: int | None
    team_id: int
    team: str
    side: str
    calendar_id: int | None
    address: str | None
    active: bool


def receiving(receivers: Iterable[tuple[int | None, int]], at: datetime) -> dict[tuple[int | None, int], Receiving]:
    """What is known of each (person, team), by these."""
    people, teams = zip(*receivers, strict=True)
    values: dict[str, Any] = {"people": list(people), "teams": list(teams), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(RECEIVING, values)
        return {(row[0], row[1]): Receiving(*row) for row in cursor.fetchall()}


def members(team_ids: Iterable[int]) -> dict[int, list[tuple[int, str | None]]]:
    """The id and address of everybody active in each of these teams."""
    found: dict[int, list[tuple[int, str | None]]] = {team_id: [] for team_id in team_ids}
    if found:
        with connection.cursor() as cursor:
            cursor.execute(MEMBERS, {"teams": list(found)})
            for team_id, user_id, address in cursor.fetchall():
                found[team_id].append((user_id, address))
    return found

"""When have so many seconds of working time passed, and how many lie between two instants? By the calendar of whom?

For services that reckon for one lead; statements over many call the functions `leads_working_after`, `leads_working_seconds`,
`leads_next_opening` and `leads_calendar_of` of the database themselves. A calendar is named by the id of its agreement's version;
None stands for clock time, in which every second counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import connection


def working_after(calendar_id: int | None, start: datetime, seconds: float) -> datetime:
    """The first instant at which that many seconds of working time have passed since `start`.

    That may be the end of a window. Outside working time they count from the next opening; no seconds (or fewer) have passed at
    `start` itself, wherever that lies.
    """
    values = [calendar_id, start, seconds]
    return cast("datetime", _one("SELECT leads_working_after(%s::bigint, %s::timestamptz, %s::float8)", values))


def working_seconds(calendar_id: int | None, since: datetime, until: datetime) -> float:
    """Seconds of working time in [since, until); 0 where it ends before it begins."""
    values = [calendar_id, since, until]
    return cast("float", _one("SELECT leads_working_seconds(%s::bigint, %s::timestamptz, %s::timestamptz)", values))


def next_opening(calendar_id: int | None, at: datetime) -> datetime:
    """The first instant from `at` on that is working time."""
    return cast("datetime", _one("SELECT leads_next_opening(%s::bigint, %s::timestamptz)", [calendar_id, at]))


def calendar_of(user_id: int | None, team_id: int | None, side: str | None, at: datetime) -> int | None:
    """The calendar in force at `at` of the person, else of the team, else of the side (a partner's is sales); None: none is."""
    values = [user_id, team_id, side, at]
    found = _one("SELECT leads_calendar_of(%s::bigint, %s::bigint, %s::text, %s::timestamptz)", values)
    return cast("int | None", found)


def _one(statement: str, values: Sequence[int | float | str | datetime | None]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None

"""When have so many seconds passed, and whose calendar holds? Many such questions by one statement. Grain: one row a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

AFTER = """
SELECT leads_working_after(t.calendar, t.since, t.seconds)
FROM unnest(%(calendars)s::bigint[], %(sinces)s::timestamptz[], %(seconds)s::float8[]) WITH ORDINALITY AS t(calendar, since, seconds, n)
ORDER BY t.n
"""

LEFT = """
SELECT leads_working_seconds(t.calendar, t.since, t.until)
FROM unnest(%(calendars)s::bigint[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[]) WITH ORDINALITY AS t(calendar, since, until, n)
ORDER BY t.n
"""

CALENDARS = """
SELECT leads_calendar_of(r.person, r.team, r.side, %(at)s)
FROM unnest(%(people)s::bigint[], %(teams)s::bigint[], %(sides)s::text[]) WITH ORDINALITY AS r(person, team, side, n)
ORDER BY r.n
"""


@dataclass(frozen=True)
class Term:
    """So many seconds of a calendar's working time after an instant; calendar None: of clock time."""

    calendar_id: int | None
    since: datetime
    seconds: float


def reckon(terms: Sequence[Term]) -> list[datetime]:
    """The instants, one a term."""
    if all(one.calendar_id is None for one in terms):
        return [one.since + timedelta(seconds=one.seconds) for one in terms]
    return _ask(
        AFTER,
        calendars=[one.calendar_id for one in terms],
        sinces=[one.since for one in terms],
        seconds=[one.seconds for one in terms],
    )


def seconds_left(calendar_id: int | None, since: datetime, until: datetime) -> float:
    """Seconds of that calendar's working time between two instants."""
    found: list[float] = _ask(LEFT, calendars=[calendar_id], sinces=[since], untils=[until])
    return found[0]


def calendars_of(receivers: Sequence[tuple[int | None, int, str]], at: datetime) -> list[int | None]:
    """The calendar version of each (person, team, side) at that instant, None where clock time counts."""
    if not receivers:
        return []
    people, teams, sides = zip(*receivers, strict=True)
    return _ask(CALENDARS, people=list(people), teams=list(teams), sides=list(sides), at=at)


def _ask(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]

"""Who does not work just now, and when do they work again? By the calendar of each: mail and chat wait for that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from alignment.outbox.quiet import plug_in

OPENS = """
SELECT u.id, o.opens
FROM people_user u
LEFT JOIN people_team t ON t.id = u.team_id
CROSS JOIN LATERAL (SELECT leads_next_opening(leads_calendar_of(u.id, u.team_id, t.side, %(now)s), %(now)s) AS opens) o
WHERE u.id = ANY(%(users)s) AND o.opens > %(now)s
"""
"""Grain: one row a person who does not work at `now`. Who has no calendar works always."""


def not_working(user_ids: Collection[int], now: datetime) -> Mapping[int, datetime]:
    """Of these people those outside of their working time, each with their next opening."""
    with connection.cursor() as cursor:
        cursor.execute(OPENS, {"users": sorted(user_ids), "now": now})
        return dict(cursor.fetchall())


def install() -> None:
    """Let mail and chat wait for people's working time."""
    plug_in(not_working)

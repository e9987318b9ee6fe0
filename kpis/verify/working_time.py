"""When is an agreed time over by a calendar? By the spans of working time that are laid out, walked one after the other.

Loaded once for all leads; the spans of a calendar only when somebody works by it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection

CALENDARS = """
SELECT a.key, p.version_id, lower(p.during), upper(p.during)
FROM agreements_period p JOIN agreements_agreement a ON a.id = p.agreement_id
WHERE a.kind = 'calendar' AND NOT isempty(p.during) ORDER BY p.id
"""

SPANS = "SELECT since, until FROM leads_workingspan WHERE version_id = %(version)s ORDER BY since"
TEAMS = "SELECT id, CASE side WHEN 'partner' THEN 'sales' ELSE side END FROM people_team"

InForce = tuple[int, datetime | None, datetime | None]


class Calendars:
    """Whose calendar counts, and the instants that it gives."""

    def __init__(self) -> None:
        self._of: dict[str, list[InForce]] = {}
        with connection.cursor() as cursor:
            cursor.execute(CALENDARS)
            for key, version, since, until in cursor.fetchall():
                self._of.setdefault(key, []).append((version, since, until))
            cursor.execute(TEAMS)
            self.side_of: Mapping[int, str] = dict(cursor.fetchall())
        self._spans: dict[int, Sequence[tuple[datetime, datetime]]] = {}

    def of(self, person: int | None, team: int | None, side: str, moment: datetime) -> int | None:
        """The version in force then of the person, else of the team, else of the side; None: none is."""
        for key in (f"person:{person}", f"team:{team}", f"side:{side}"):
            for version, since, until in self._of.get(key, ()):
                if (since is None or since <= moment) and (until is None or moment < until):
                    return version
        return None

    def after(self, version: int | None, start: datetime, left: timedelta) -> datetime:
        """The first instant at which so much working time has passed since `start`; by the clock without a calendar."""
        if version is None or left <= timedelta():
            return start + left
        spans = self._laid_out(version)
        place = max(bisect_right(spans, start, key=lambda span: span[0]) - 1, 0)
        for since, until in spans[place:]:
            begins = max(since, start)
            if until - begins >= left:
                return begins + left
            left -= max(until - begins, timedelta())
        raise ValueError(f"the working time of calendar {version} ends before {left} have passed since {start}")

    def _laid_out(self, version: int) -> Sequence[tuple[datetime, datetime]]:
        if version not in self._spans:
            with connection.cursor() as cursor:
                cursor.execute(SPANS, {"version": version})
                self._spans[version] = list(cursor.fetchall())
        return self._spans[version]

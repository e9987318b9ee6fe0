"""Who could receive, how much have they taken, and how much have they in hand?

Grain: one row a person. Clock: `at`; people, teams, capacity and absences are those of now. A lead that was accepted counts for who
accepted it (an operator accepts for somebody). Indexes: handoff_by_receiver, handoff_by_taker, absence_of_somebody, lead_in_hand.

Whoever has a limit is locked first, in order of id: of two transactions that choose at the same time, the later one counts what the
earlier one gave.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from alignment.prepared import planned
from leads.handoffs.routing.availability import Person

LOCK = """
SELECT user_id FROM leads_receiver
WHERE capacity IS NOT NULL AND user_id IN (
    SELECT id FROM people_user WHERE id = ANY(%(people)s::bigint[]) OR team_id = ANY(%(teams)s::bigint[]))
ORDER BY user_id FOR NO KEY UPDATE
"""

PEOPLE = """
SELECT u.id, u.name, u.is_active, u.team_id, t.name, t.side, u.role <> 'manager' AND coalesce(r.takes_leads, true), r.capacity,
       coalesce(r.period, 'week'), r.since, r.skills, away.until, CASE WHEN r.capacity IS NULL THEN 0 ELSE (
           SELECT count(*) FROM leads_handoff h
           WHERE h.to_user_id = u.id AND h.offered_at <= %(at)s AND h.offered_at >= since.at
             AND (h.state = 'offered' OR h.state = 'accepted' AND (h.decided_by_id IS NULL OR h.decided_by_id = u.id
                  OR h.decided_by_id IN (SELECT id FROM people_user WHERE role = 'operator'))))
           + (SELECT count(*) FROM leads_handoff h
              WHERE h.decided_by_id = u.id AND h.state = 'accepted' AND h.to_user_id IS DISTINCT FROM u.id
                AND (h.to_user_id IS NULL OR u.role <> 'operator') AND h.offered_at <= %(at)s AND h.offered_at >= since.at) END
FROM people_user u
LEFT JOIN people_team t ON t.id = u.team_id
LEFT JOIN leads_receiver r ON r.user_id = u.id
CROSS JOIN LATERAL (SELECT CASE r.period WHEN 'month' THEN %(month)s::timestamptz ELSE %(week)s::timestamptz END AS at) since
LEFT JOIN LATERAL (
    SELECT max(a.until) AS until FROM leads_absence a WHERE a.user_id = u.id AND a.since <= %(at)s AND a.until > %(at)s
) away ON true
WHERE u.id = ANY(%(people)s::bigint[]) OR u.team_id = ANY(%(teams)s::bigint[]) AND u.role <> 'manager'
ORDER BY u.id
"""
"""Managers read, and take no leads."""

IN_HAND = """
SELECT person, sum(n)::bigint FROM (
    SELECT to_user_id AS person, count(*) AS n FROM leads_handoff
    WHERE to_user_id = ANY(%(people)s::bigint[]) AND state = 'offered' GROUP BY to_user_id
    UNION ALL
    SELECT owner_id, count(*) FROM leads_lead
    WHERE owner_id = ANY(%(people)s::bigint[]) AND stage = ANY(%(stages)s::text[])
      AND NOT is_test AND merged_into_id IS NULL AND erased_at IS NULL
    GROUP BY owner_id
) AS had GROUP BY person
"""
"""All of them in one go: asked person by person, all leads in those stages would be gone through for each. Indexes: handoff_open_of,
lead_in_hand."""

SKILLS = "SELECT DISTINCT unnest(skills) FROM leads_receiver"


def people(
    ids: Collection[int],
    teams: Collection[int],
    *,
    at: datetime,
    week: datetime,
    month: datetime,
    lock: bool = False,
) -> dict[int, Person]:
    """These people and those of these teams, nothing in hand. `week` and `month` are when the present ones began. With `lock` nobody
    else chooses among those who have a limit until this transaction ends.
    """
    values: dict[str, Any] = {
        "people": sorted(ids), "teams": sorted(teams), "at": at, "week": week, "month": month
    }  # fmt: skip
    with connection.cursor() as cursor:
        asked = planned(cursor, PEOPLE)
        cursor.execute(f"{LOCK}; {asked}" if lock else asked, values)
        return {row[0]: _person(row) for row in cursor.fetchall()}


def in_hand(ids: Collection[int], stages: Sequence[str]) -> dict[int, int]:
    """How many open offers, and leads owned in one of the `stages`, each of these people has, if any."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(IN_HAND, {"people": sorted(ids), "stages": list(stages)})
        return dict(cursor.fetchall())


def skills_among(values: Collection[str]) -> frozenset[str]:
    """Those of these values (in small letters) that somebody has as a skill; whatever else leads bring is nobody's."""
    if not values:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(SKILLS)
        return frozenset(values) & {skill.lower() for [skill] in cursor.fetchall()}


def _person(row: tuple[Any, ...]) -> Person:
    *told, skills, away_until, taken = row
    pk, name, active, team_id, team, side, takes_leads, capacity, period, since = told
    return Person(
        id=pk, name=name, active=active, team_id=team_id, team=team, side=side, takes_leads=takes_leads, capacity=capacity,
        period=period, since=since, skills=frozenset(skill.lower() for skill in skills or ()), away_until=away_until,
        taken=taken,
    )  # fmt: skip

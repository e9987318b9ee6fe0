"""Which leads of somebody's are to be acted on first, and what is known of each?

Grain: one row a lead, the most urgent first, as `kpis.acting.judge` ranks them (a test holds both to the same). Clock: what happened by
now. Of somebody who holds very many the latest `OWNED` are looked at, and the latest `JUDGED` of them that are open; of a team's the
latest `JUDGED`. Indexes: lead_by_owner, lead_by_team, activity_order, leak_once (what is open is no OR: for each lead all leaks that end
later would be gone through).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from alignment.people.models import Side, User
from leads.activities.kinds import REPLIES, TOUCHES
from leads.funnel.stage_sets import StageSet
from leads.records.visibility import VISIBLE, sight_of

OWNED, JUDGED = 5_000, 1_000

MOST_URGENT = f"""
WITH stages AS (
    SELECT * FROM unnest(%(keys)s::text[], %(positions)s::int[], %(of_sales)s::bool[]) AS s(key, position, is_sales)
),
held AS (
    (SELECT l.* FROM leads_lead l WHERE l.owner_id = %(user)s ORDER BY l.created_at DESC, l.id DESC LIMIT %(owned)s)
    UNION ALL
    (SELECT * FROM (
        SELECT l.* FROM leads_lead l WHERE l.team_id = %(team)s ORDER BY l.created_at DESC, l.id DESC LIMIT %(judged)s
    ) ours WHERE owner_id IS NULL)
),
open AS MATERIALIZED (
    SELECT l.id, s.position, s.is_sales FROM held l JOIN stages s ON s.key = l.stage
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL AND {VISIBLE} AND l.id <> ALL(%(besides)s::bigint[])
    ORDER BY l.created_at DESC, l.id DESC LIMIT %(judged)s
),
facts AS (
    SELECT o.id, o.position, o.is_sales, k.leaks, a.spoke, a.answered, a.came_by, coalesce(
        CASE WHEN o.is_sales AND p.version_id = %(version)s THEN p.reached[%(first_of_sales)s] END, p.stage_since) AS handed_over
    FROM open o JOIN leads_progress p ON p.lead_id = o.id
    CROSS JOIN LATERAL (
        SELECT max(a.at) FILTER (WHERE a.direction = 'outbound' AND NOT a.automated AND a.side = 'sales') AS spoke,
               max(a.at) FILTER (WHERE a.kind = ANY(%(replies)s::text[])) AS answered,
               max(a.at) FILTER (WHERE a.kind = ANY(%(touches)s::text[])) AS came_by
        FROM leads_activity a WHERE a.lead_id = o.id AND a.at <= %(now)s
    ) a
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(k.kind ORDER BY k.since, k.id), '{{}}')::text[] AS leaks FROM kpis_leak k
        WHERE k.lead_id = o.id AND k.since <= %(now)s AND coalesce(k.until > %(now)s, true)
    ) k
),
ranked AS (
    SELECT *, CASE
        WHEN spoke IS NULL AND answered IS NOT NULL OR spoke < answered THEN 1
        WHEN %(now)s - spoke < %(rest)s THEN NULL
        WHEN spoke IS NULL OR (is_sales AND spoke < coalesce(handed_over, %(now)s) AND NOT 'stalled' = ANY(leaks)) THEN 2
        WHEN came_by > spoke AND %(now)s - came_by < %(warm)s THEN 3
        WHEN leaks <> '{{}}' THEN 4
    END AS rank FROM facts
)
SELECT id, handed_over, spoke, answered, came_by, leaks FROM ranked WHERE rank IS NOT NULL
ORDER BY rank, CASE rank WHEN 4 THEN -position END,
         CASE rank WHEN 1 THEN answered WHEN 2 THEN coalesce(handed_over, %(now)s) WHEN 3 THEN came_by END DESC NULLS LAST, spoke, id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Known:
    """What is known of one lead, as `kpis.acting.Facts` has it."""

    lead_id: int
    handed_over: datetime | None
    spoke: datetime | None
    answered: datetime | None
    came_by: datetime | None
    leaks: Sequence[str]


def most_urgent(
    user: User,
    stages: StageSet,
    *,
    now: datetime,
    warm: timedelta,
    rest: timedelta,
    besides: Collection[int],
    limit: int,
) -> list[Known]:
    """The most urgent of the open leads that this person owns, or that wait in their team for anybody."""
    open_stages = [terms for terms in stages.stages if terms.category == "open"]
    sales = (at for at, terms in enumerate(stages.forward, start=1) if terms.side == Side.SALES)
    values = {
        "keys": [terms.key for terms in open_stages],
        "positions": [terms.position or 0 for terms in open_stages],
        "of_sales": [terms.side == Side.SALES for terms in open_stages],
        "first_of_sales": next(sales, None), "version": stages.version_id, "user": user.pk, "team": user.team_id,
        "owned": OWNED, "judged": JUDGED, "besides": list(besides), "replies": sorted(REPLIES), "touches": sorted(TOUCHES),
        "now": now, "warm": warm, "rest": rest, "limit": limit, **sight_of(user).parameters(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MOST_URGENT, values)  # type: ignore[arg-type]
        return [Known(*row) for row in cursor.fetchall()]

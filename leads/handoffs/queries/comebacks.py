"""Of the leads that came back, how many were handed over again, accepted then, and won? By reason.

Grain: one row a rule and reason, the most frequent first. Clock: came back (turned down, or given back) from `since` on; what
became of them by now. Leads that count only. Indexes: handoff_came_back, handoff_order,
stay_order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

BY_REASON = """
WITH back AS (
    SELECT h.id, h.lead_id, h.rule_key, h.reason, h.rule_id, coalesce(h.returned_at, h.decided_at) AS at
    FROM leads_handoff h JOIN leads_lead l ON l.id = h.lead_id
    WHERE (h.state = 'rejected' OR h.returned_at IS NOT NULL) AND coalesce(h.returned_at, h.decided_at) >= %(since)s
      AND NOT l.is_test AND l.merged_into_id IS NULL
      AND (%(teams)s::bigint[] IS NULL OR h.from_team_id = ANY(%(teams)s::bigint[]))
), became AS (
    SELECT b.*, n.again, n.accepted,
        EXISTS (SELECT FROM leads_stay s WHERE s.lead_id = b.lead_id AND s.at >= b.at AND s.stage = ANY(%(won)s::text[])) AS won
    FROM back b CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS again, coalesce(bool_or(n.state = 'accepted'), false) AS accepted FROM leads_handoff n
        WHERE n.lead_id = b.lead_id AND n.offered_at >= b.at AND n.id <> b.id
    ) n
)
SELECT rule_key, reason, max(rule_id), count(*), count(*) FILTER (WHERE again), count(*) FILTER (WHERE accepted),
       count(*) FILTER (WHERE won)
FROM became GROUP BY rule_key, reason ORDER BY count(*) DESC, rule_key, reason
"""

TRIED = """
SELECT h.id, count(a.id), max(a.at),
       (array_agg(coalesce(a.outcome, a.subject) ORDER BY a.at DESC, a.id DESC) FILTER (WHERE a.id IS NOT NULL))[1]
FROM leads_handoff h
LEFT JOIN leads_activity a ON a.lead_id = h.lead_id AND a.at >= h.offered_at AND a.at <= coalesce(h.returned_at, h.decided_at)
     AND a.direction = 'outbound' AND NOT a.automated
     AND a.side = CASE h.to_side WHEN 'partner' THEN 'sales' ELSE h.to_side END
WHERE h.id = ANY(%(handoffs)s::bigint[])
GROUP BY h.id
"""


@dataclass(frozen=True)
class Reasoned:
    """How many came back for a reason (None: nobody said why), and what became of them; `rule_id`: the latest version that had it."""

    rule_key: str
    reason: str | None
    rule_id: int | None
    n: int
    again: int
    accepted: int
    won: int


@dataclass(frozen=True)
class Tried:
    """How often the receiving side reached out before the lead came back; when last, and with what outcome."""

    n: int
    last_at: datetime | None
    outcome: str | None


def by_reason(since: datetime, *, team_ids: list[int] | None, won: list[str]) -> list[Reasoned]:
    """The reasons; of leads that these teams handed over, or all."""
    with connection.cursor() as cursor:
        cursor.execute(BY_REASON, {"since": since, "teams": team_ids, "won": won})
        return [Reasoned(*row) for row in cursor.fetchall()]


def tried(handoff_ids: list[int]) -> dict[int, Tried]:
    """What was tried in these handoffs, by their ids."""
    with connection.cursor() as cursor:
        cursor.execute(TRIED, {"handoffs": handoff_ids})
        return {row[0]: Tried(*row[1:]) for row in cursor.fetchall()}
